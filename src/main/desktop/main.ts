/**
 * The window's door: Electron's main process. It may import the studio and Electron, nothing of the renderer.
 * So far it opens one locked-down window over the renderer; the studio is reached through the terminal.
 */
import { app, BrowserWindow, session } from 'electron'
import { join } from 'node:path'

if (!app.requestSingleInstanceLock()) app.quit()

app.on('web-contents-created', (_, contents) => {
  contents.on('will-navigate', event => event.preventDefault())
  contents.setWindowOpenHandler(() => ({ action: 'deny' }))
})

app.on('window-all-closed', () => {
  if (process.platform !== 'darwin') app.quit()
})

app.on('second-instance', () => {
  const [window] = BrowserWindow.getAllWindows()
  if (window?.isMinimized() === true) window.restore()
  window?.focus()
})

await app.whenReady()
session.defaultSession.setPermissionRequestHandler((_contents, _permission, answer) => answer(false))
session.defaultSession.setPermissionCheckHandler(() => false)
await openWindow()

async function openWindow(): Promise<void> {
  const window = new BrowserWindow({
    width: 1440, height: 900, minWidth: 960, minHeight: 640, show: false, backgroundColor: '#1e1e1e', title: 'restill',
    webPreferences: {
      preload: join(import.meta.dirname, '../preload/index.cjs'), contextIsolation: true, sandbox: true, nodeIntegration: false, webviewTag: false,
    },
  })
  window.once('ready-to-show', () => window.show())
  // electron-vite names the address of its development server here; a packaged app never has it.
  const development = process.env['ELECTRON_RENDERER_URL']
  if (!app.isPackaged && development !== undefined) await window.loadURL(development)
  else await window.loadFile(join(import.meta.dirname, '../renderer/index.html'))
}

