/**
 * The one bridge between the window and the studio. Runs sandboxed, before the page; may import `shared` and Electron's renderer side.
 * Narrow functions alone cross it: no channel, no event, no path.
 */
import { contextBridge, ipcRenderer, webUtils } from 'electron'
import { bridgeChannels } from '../shared/bridge-channels.ts'
import { portMessage, type ChosenPlace, type DesktopBridge } from '../shared/bridge.ts'

const bridge: DesktopBridge = {
  door: 'desktop',
  connect: () => {
    const { port1, port2 } = new MessageChannel()
    ipcRenderer.postMessage(bridgeChannels.connect, null, [port1])
    window.postMessage(portMessage, location.origin, [port2])
  },
  chooseFolder: () => ipcRenderer.invoke(bridgeChannels.chooseFolder) as Promise<ChosenPlace | null>,
  placesOf: (files) => {
    return ipcRenderer.invoke(bridgeChannels.placesOf, files.map(pathOf).filter((path) => path !== '')) as Promise<readonly ChosenPlace[]>
  },
  setMenus: (commands) => { ipcRenderer.send(bridgeChannels.setMenus, commands) },
  onCommand: (run) => {
    const listen = (_event: unknown, id: string): void => { run(id) }
    ipcRenderer.on(bridgeChannels.command, listen)
    return () => { ipcRenderer.removeListener(bridgeChannels.command, listen) }
  },
}

/** '' for what a script made: only a file that a person dropped or chose has a path. */
function pathOf(file: object): string {
  try {
    return webUtils.getPathForFile(file as File)
  } catch {
    return ''
  }
}

contextBridge.exposeInMainWorld('restill', bridge)
