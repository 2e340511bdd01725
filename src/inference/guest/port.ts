/**
 * The guest's side of the port: parses every message, runs the call, answers, beats, cancels. Guest process; knows no engine and no image format.
 * The process ends itself when the port closes, so a killed studio leaves no orphan.
 */
import { createRequire } from 'node:module'
import sharp from 'sharp'
import { z } from 'zod'
import { RestillError, toWire } from '../../shared/errors.ts'
import { type FromGuest, type GuestCall, guestCalls, protocolVersion, type Role, toGuestSchema } from '../../shared/guest.ts'
import { allowedSilenceMs, onSilenceAllowed } from '../runtime/silence.ts'

/** What a handler gets beside its parsed input. */
export interface CallContext<P> { signal: AbortSignal, progress: (progress: P) => void }
/** One handler a call; each is checked against the table of calls where it is written. */
export type Handlers = Partial<Record<GuestCall, (input: never, context: never) => Promise<unknown>>>

const beatEveryMs = 1000

/** Answers calls until the port closes. The handlers are loaded with the first call that needs them. */
export function servePort(role: Role, load: () => Promise<Handlers>): void {
  if (process.send === undefined) {
    process.stderr.write('This program is started by restill itself; see "restill help".\n')
    process.exit(2)
  }
  const running = new Map<number, AbortController>()
  let handlers: Promise<Handlers> | undefined
  let beats = 0
  const beat = () => { send({ beat: ++beats, mayBeSilentMs: allowedSilenceMs(), rssBytes: process.memoryUsage.rss() }) }

  process.on('disconnect', () => process.exit(0))
  // Ctrl-C in a terminal reaches the whole process group: the studio decides what it means.
  process.on('SIGINT', () => undefined)
  process.on('message', (raw: unknown) => {
    const message = toGuestSchema.safeParse(raw)
    if (!message.success) {
      process.stderr.write(`message not understood: ${z.prettifyError(message.error)}\n`)
      return
    }
    if ('cancel' in message.data) running.get(message.data.cancel)?.abort(new RestillError('CANCELLED'))
    else void answer(message.data.id, message.data.call, message.data.input)
  })
  onSilenceAllowed(beat)
  setInterval(beat, beatEveryMs)
  beat()

  async function answer(id: number, call: GuestCall, raw: unknown): Promise<void> {
    const controller = new AbortController()
    running.set(id, controller)
    try {
      if (call === 'hello') {
        send({ id, ok: { protocol: protocolVersion, pid: process.pid, role, versions: versions() } })
        return
      }
      const input = guestCalls[call].input.parse(raw)
      const handler = (await (handlers ??= load()))[call]
      if (handler === undefined) throw new Error(`the role ${role} does not answer ${call}`)
      const context: CallContext<unknown> = { signal: controller.signal, progress: progress => { send({ id, progress }) } }
      // Parsed by the schema of this call, which its handler is typed by.
      const ok = await handler(input as never, context as never)
      send({ id, ok })
    } catch (thrown) {
      send({ id, error: toWire(thrown) })
    } finally {
      running.delete(id)
    }
  }
}

function send(message: FromGuest): void {
  // Without a channel the answer has no reader: the process is about to end.
  if (process.connected) process.send?.(message, undefined, {}, () => undefined)
}

function versions(): Record<string, string> {
  const { version } = z.object({ version: z.string() }).parse(createRequire(import.meta.url)('onnxruntime-node/package.json'))
  return { node: process.versions.node, onnxruntime: version, sharp: sharp.versions.sharp, vips: sharp.versions.vips }
}
