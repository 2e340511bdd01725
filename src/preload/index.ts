/**
 * The one bridge between the window and the studio. Runs sandboxed, before the page; may import `shared` and Electron's renderer side.
 */
import { contextBridge } from 'electron'

contextBridge.exposeInMainWorld('restill', { door: 'desktop' })
