/** The main process's end of the bridge over real message ports; Electron's `ipcMain` is an event emitter with `handle`. */
import { EventEmitter } from 'node:events'
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { MessageChannel, type MessagePort } from 'node:worker_threads'
import { createORPCClient } from '@orpc/client'
import { RPCLink } from '@orpc/client/message-port'
import type { ContractRouterClient } from '@orpc/contract'
import { expect, onTestFinished, test } from 'vitest'
import { tempFolder } from '../../../test/helpers/temp.ts'
import { bridgeChannels } from '../../shared/bridge-channels.ts'
import type { Contract } from '../../shared/contract/index.ts'
import { Places } from '../rpc/places.ts'
import { openStudio } from '../studio/studio.ts'
import { openBridge, type BridgeParts } from './bridge.ts'

const own = { url: 'photo://pictures/', parent: null }
const foreign = { url: 'https://example.com/', parent: null }
const framed = { url: 'photo://pictures/', parent: own }

class Ipc extends EventEmitter {
  readonly handlers = new Map<string, (event: unknown, ...args: unknown[]) => unknown>()
  handle(channel: string, handler: (event: unknown, ...args: unknown[]) => unknown): void { this.handlers.set(channel, handler) }
  async invoke(channel: string, senderFrame: unknown, ...args: unknown[]): Promise<unknown> {
    return this.handlers.get(channel)?.({ senderFrame }, ...args)
  }
}

async function bridge() {
  const folder = await tempFolder()
  const studio = await openStudio({ home: join(folder, 'home') })
  onTestFinished(() => studio.close())
  await mkdir(join(folder, 'shoot'))
  const ipc = new Ipc()
  const menus: unknown[] = []
  const heard: string[] = []
  const places = new Places([])
  openBridge({
    ipc: ipc as unknown as BridgeParts['ipc'], development: undefined,
    chooseFolder: async () => join(folder, 'shoot'), setMenu: (template) => menus.push(template),
    context: { studio, places, door: { kind: 'desktop', reveal: async () => true }, log: (text) => heard.push(text) },
  })
  const connect = (senderFrame: unknown): MessagePort => {
    const { port1, port2 } = new MessageChannel()
    onTestFinished(() => { port2.close() })
    // Electron's port hands over events with `data`, as Node's does by `addEventListener`.
    const main = {
      on: (name: string, run: (event?: unknown) => void) => { port1.on(name, (data: unknown) => { run({ data }) }) },
      postMessage: (data: unknown) => { port1.postMessage(data) }, start: () => { port1.start() },
    }
    ipc.emit(bridgeChannels.connect, { senderFrame, ports: [main] })
    return port2
  }
  return { ipc, menus, heard, places, folder, connect }
}

const clientOver = (port: MessagePort): ContractRouterClient<Contract> => createORPCClient(new RPCLink({ port }))

test('our own frame gets the contract over its port; others get no answer', async () => {
  const { connect, heard } = await bridge()
  const port = connect(own)
  expect(await clientOver(port).settings.about({})).toMatchObject({ door: 'desktop', version: expect.stringMatching(/^\d/) as string })
  for (const frame of [foreign, framed, null]) {
    const silent = connect(frame)
    const answered = clientOver(silent).settings.about({}).then(() => 'answered', () => 'answered')
    expect(await Promise.race([answered, new Promise((resolve) => { setTimeout(resolve, 200, 'silent') })])).toBe('silent')
  }
  expect(heard).toHaveLength(3)
})

test('a folder chosen or dropped becomes a token, for our own frame alone', async () => {
  const { ipc, places, folder } = await bridge()
  const chosen = await ipc.invoke(bridgeChannels.chooseFolder, own) as { token: string, name: string }
  expect(chosen).toEqual({ token: expect.any(String) as string, name: 'shoot' })
  expect(await places.pathOf(chosen.token)).toBe(join(folder, 'shoot'))
  const [dropped] = await ipc.invoke(bridgeChannels.placesOf, own, [join(folder, 'shoot')]) as { token: string }[]
  expect(await places.pathOf(dropped?.token ?? '')).toBe(join(folder, 'shoot'))
  for (const frame of [foreign, framed, null]) {
    expect(await ipc.invoke(bridgeChannels.chooseFolder, frame)).toBeNull()
    expect(await ipc.invoke(bridgeChannels.placesOf, frame, [folder])).toEqual([])
  }
  for (const malformed of ['x', ['relative'], [1], { 0: '/' }, undefined]) {
    await expect(ipc.invoke(bridgeChannels.placesOf, own, malformed)).rejects.toThrow()
  }
})

test('menus are drawn from the window\'s commands, and chosen lines come back by id', async () => {
  const { ipc, menus } = await bridge()
  const sent: unknown[] = []
  const sender = { isDestroyed: () => false, send: (...message: unknown[]) => sent.push(message) }
  const commands = [
    { id: 'import', label: 'Import photos…', group: 'General', keys: 'Mod+Shift+I', enabled: true },
    { id: 'pick', label: 'Pick', group: 'Marking', keys: 'P', enabled: false },
    { id: 'odd', label: 'Odd', group: 'Marking', keys: 'Mod+Ä', enabled: true },
  ]
  ipc.emit(bridgeChannels.setMenus, { senderFrame: own, sender }, commands)
  for (const [frame, given] of [[foreign, commands], [own, [{ id: 1 }]], [own, 'x'], [own, [{ ...commands[0], click: 'evil' }]]] as const) {
    ipc.emit(bridgeChannels.setMenus, { senderFrame: frame, sender }, given)
  }
  expect(menus).toHaveLength(1)
  interface Line { label?: string, submenu?: Line[], accelerator?: string, registerAccelerator?: boolean, enabled?: boolean, click?: () => void }
  const [general, marking] = (menus[0] as Line[]).filter(({ label }) => label === 'General' || label === 'Marking')
  expect(general?.submenu?.[0]).toMatchObject({
    label: 'Import photos…', accelerator: 'CommandOrControl+Shift+I', registerAccelerator: false, enabled: true,
  })
  expect(marking?.submenu?.[0]).toMatchObject({ label: 'Pick', enabled: false })
  expect(marking?.submenu?.[1]).not.toHaveProperty('accelerator')
  general?.submenu?.[0]?.click?.()
  expect(sent).toEqual([[bridgeChannels.command, 'import']])
})
