/** The window. Runs in a browser engine without Node; knows `shared`, React and the DOM. */
import { StrictMode } from 'react'
import { createRoot } from 'react-dom/client'
import './ui/tokens.css'
import './ui/base.css'
import { App } from './app.tsx'
import { useLibrary } from './state/library.ts'

/** Drawing the photos at once is quicker than drawing an empty window first, unless they are long in coming; milliseconds. */
const patience = 250

const root = document.getElementById('root')
if (root === null) throw new Error('index.html lacks its root element')
const library = useLibrary.getState().load()
await Promise.race([library, new Promise((resolve) => { setTimeout(resolve, patience) })])
createRoot(root).render(<StrictMode><App library={library} /></StrictMode>)
