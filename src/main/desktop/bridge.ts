/** The main process's end of the bridge: only our own frame is heard, and every payload is parsed. */
import { randomUUID } from 'node:crypto'
import { basename, isAbsolute } from 'node:path'
import { RPCHandler } from '@orpc/server/message-port'
import type { IpcMain, IpcMainEvent, IpcMainInvokeEvent, MenuItemConstructorOptions } from 'electron'
import { z } from 'zod'
import { bridgeChannels } from '../../shared/bridge-channels.ts'
import type { ChosenPlace } from '../../shared/bridge.ts'
import type { RpcContext } from '../rpc/context.ts'
import { router } from '../rpc/router.ts'
import { menuCommandsSchema, menuTemplate } from './menu.ts'
import { isOwnFrame } from './origin.ts'

export interface BridgeParts {
  ipc: Pick<IpcMain, 'on' | 'handle'>
  context: Omit<RpcContext, 'client'>
  development: string | undefined
  chooseFolder: () => Promise<string | null>
  setMenu: (template: MenuItemConstructorOptions[]) => void
}

const pathsSchema = z.array(z.string().refine((path) => isAbsolute(path))).max(10_000)

export function openBridge({ ipc, context, development, chooseFolder, setMenu }: BridgeParts): void {
  const handler = new RPCHandler<RpcContext>(router)
  const isOurs = (event: IpcMainEvent | IpcMainInvokeEvent): boolean => {
    if (isOwnFrame(event.senderFrame, development)) return true
    context.log(`a message from ${event.senderFrame?.url ?? 'a frame that is gone'} was not heard`)
    return false
  }
  const placeOf = async (path: string): Promise<ChosenPlace> => ({ token: await context.places.grant(path), name: basename(path) })

  ipc.on(bridgeChannels.connect, (event) => {
    const [port] = event.ports
    if (!isOurs(event) || port === undefined) return
    const gone = new AbortController()
    port.on('close', () => { gone.abort() })
    handler.upgrade(port, { context: { ...context, client: { id: randomUUID(), closed: gone.signal } } })
    port.start()
  })
  ipc.handle(bridgeChannels.chooseFolder, async (event) => {
    if (!isOurs(event)) return null
    const folder = await chooseFolder()
    return folder === null ? null : placeOf(folder)
  })
  ipc.handle(bridgeChannels.placesOf, async (event, paths: unknown) => isOurs(event) ? Promise.all(pathsSchema.parse(paths).map(placeOf)) : [])
  ipc.on(bridgeChannels.setMenus, (event, commands: unknown) => {
    const parsed = menuCommandsSchema.safeParse(commands)
    if (!isOurs(event) || !parsed.success) return
    const { sender } = event
    setMenu(menuTemplate(parsed.data, process.platform, (id) => { if (!sender.isDestroyed()) sender.send(bridgeChannels.command, id) }))
  })
}
