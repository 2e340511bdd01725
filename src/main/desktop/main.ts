/**
 * The window's door: Electron's main process. It makes a studio and hands it on; what can be decided without Electron lies in the files
 * beside this one.
 */
import { app, BrowserWindow, dialog, ipcMain, Menu, protocol, screen, session, shell } from 'electron'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { explain } from '../../shared/errors.ts'
import type { RpcContext } from '../rpc/context.ts'
import { Places } from '../rpc/places.ts'
import { Log } from '../studio/log.ts'
import { homeFolder } from '../studio/paths.ts'
import { openStudio } from '../studio/studio.ts'
import { openBridge } from './bridge.ts'
import { guestNode } from './guest-node.ts'
import { mayDownload, scheme, windowAddress } from './origin.ts'
import { answerAddress } from './protocol.ts'
import { tellSystem } from './system.ts'
import { chooseFolderTitle } from './words.en.ts'
import { openingBounds, readWindowState, smallest, writeWindowState } from './window-state.ts'

const root = join(import.meta.dirname, '../../..')
const renderer = join(import.meta.dirname, '../../renderer')
// electron-vite names the address of its development server here; a packaged app never has it.
const development = app.isPackaged ? undefined : process.env['ELECTRON_RENDERER_URL']

// Only the development server's page is of another origin than the addresses it asks.
const privileges = { standard: true, secure: true, supportFetchAPI: true, corsEnabled: development !== undefined }
protocol.registerSchemesAsPrivileged([{ scheme, privileges }])
app.enableSandbox()

app.on('web-contents-created', (_, contents) => {
  contents.on('will-navigate', (event) => { event.preventDefault() })
  contents.on('will-redirect', (event) => { event.preventDefault() })
  contents.on('will-attach-webview', (event) => { event.preventDefault() })
  contents.setWindowOpenHandler(() => ({ action: 'deny' }))
})
app.on('window-all-closed', () => {
  if (process.platform !== 'darwin') app.quit()
})

// Electron gets ready only after this module has run: nothing of it may be waited for here.
if (app.requestSingleInstanceLock()) start().catch(giveUp)
else app.quit()

async function start(): Promise<void> {
  const home = homeFolder()
  const studio = await openStudio({ home, guestNode: guestNode(process.resourcesPath, root, process.platform, process.arch) })
  await app.whenReady()
  const log = new Log(studio.logFile)
  const context: Omit<RpcContext, 'client'> = {
    studio, places: new Places([]), log: (text, error) => { log.write(text, error) },
    door: {
      kind: 'desktop',
      reveal: async (path) => {
        if (!existsSync(path)) return false
        shell.showItemInFolder(path)
        return true
      },
    },
  }
  lockDown(context)
  openBridge({
    ipc: ipcMain, context, development, chooseFolder, setMenu: (template) => { Menu.setApplicationMenu(Menu.buildFromTemplate(template)) },
  })
  const stopTelling = tellSystem(studio)
  await studio.batches.startWatches()
  app.on('second-instance', showWindow)
  app.on('activate', () => { if (BrowserWindow.getAllWindows().length === 0) void openWindow(home) })
  closeInOrder(async () => {
    for (const window of BrowserWindow.getAllWindows()) remember(window, home)
    stopTelling()
    await studio.close()
  })
  await openWindow(home)
}

async function giveUp(thrown: unknown): Promise<void> {
  const { title, message, hint } = explain(thrown)
  await app.whenReady()
  dialog.showErrorBox(title, `${message}\n\n${hint}`)
  app.exit(1)
}

/** Nothing is asked of the system for the page, nothing is loaded from elsewhere, nothing is saved but a report. */
function lockDown(context: Pick<RpcContext, 'studio' | 'log'>): void {
  session.defaultSession.setPermissionRequestHandler((_contents, _permission, answer) => { answer(false) })
  session.defaultSession.setPermissionCheckHandler(() => false)
  session.defaultSession.setDevicePermissionHandler(() => false)
  session.defaultSession.on('will-download', (event, item) => { if (!mayDownload(item.getURL())) event.preventDefault() })
  protocol.handle(scheme, async (request) => {
    const answer = await answerAddress(request, context, renderer)
    if (development !== undefined) answer.headers.set('access-control-allow-origin', new URL(development).origin)
    return answer
  })
}

async function openWindow(home: string): Promise<void> {
  const state = readWindowState(stateFile(home))
  const window = new BrowserWindow({
    ...openingBounds(state, screen.getAllDisplays().map(({ workArea }) => workArea)),
    minWidth: smallest.width, minHeight: smallest.height, show: false, backgroundColor: '#1e1e1e', title: 'restill',
    webPreferences: {
      preload: join(root, 'out/preload/index.cjs'), contextIsolation: true, sandbox: true, nodeIntegration: false, webviewTag: false,
      webSecurity: true,
      // Streams go on while the window is hidden behind another one.
      backgroundThrottling: false, spellcheck: false,
    },
  })
  if (state?.maximised === true) window.maximize()
  window.once('ready-to-show', () => { window.show() })
  window.on('close', () => { remember(window, home) })
  window.webContents.on('render-process-gone', () => { window.reload() })
  await window.loadURL(development ?? windowAddress)
}

const stateFile = (home: string): string => join(home, 'window.json')

function remember(window: Pick<BrowserWindow, 'getNormalBounds' | 'isMaximized'>, home: string): void {
  writeWindowState(stateFile(home), { bounds: window.getNormalBounds(), maximised: window.isMaximized() })
}

function showWindow(): void {
  const [window] = BrowserWindow.getAllWindows()
  if (window?.isMinimized() === true) window.restore()
  window?.focus()
}

async function chooseFolder(): Promise<string | null> {
  const { filePaths } = await dialog.showOpenDialog({ title: chooseFolderTitle, properties: ['openDirectory', 'createDirectory'] })
  return filePaths[0] ?? null
}

/** Jobs in work go back to the queue before the program ends. */
function closeInOrder(close: () => Promise<void>): void {
  let closing = false
  app.on('before-quit', (event) => {
    event.preventDefault()
    if (closing) return
    closing = true
    void close().finally(() => { app.exit(0) })
  })
}
