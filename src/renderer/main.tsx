/** The window. Runs in a browser engine without Node; knows `shared`, React and the DOM. */
import { StrictMode } from 'react'
import { createRoot } from 'react-dom/client'
import './ui/tokens.css'
import './ui/base.css'
import { App } from './app.tsx'

const root = document.getElementById('root')
if (root === null) throw new Error('index.html lacks its root element')
createRoot(root).render(<StrictMode><App /></StrictMode>)
