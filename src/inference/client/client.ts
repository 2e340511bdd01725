/**
 * The studio's handle on one guest process: started with the first call, watched by its beats, killed when it hangs, started again when it died,
 * replaced between calls when its memory grew. Studio's process; imports nothing that decodes or infers.
 */
import { Socket } from 'node:net'
import { constants, setPriority, totalmem } from 'node:os'
import { asRestillError, fromWire, RestillError } from '../../shared/errors.ts'
import {
  type CallInput, type CallOutput, type CallProgress, type FromGuest, fromGuestSchema, type GuestCall, guestCalls, type Notice, protocolVersion, type Role,
  type ToGuest,
} from '../../shared/guest.ts'
import { type StartedGuest, startGuest } from './starter.ts'

export interface GuestOptions {
  role: Role
  onNotice?(notice: Notice): void
  /** Resident memory above which the guest is replaced between two calls; half of the machine's memory by default. */
  maxRssBytes?: number
  /** Runs below the priority of what the person does meanwhile. */
  lowPriority?: boolean
  /** Node to run the guest with, where the studio itself does not run on plain Node. */
  executable?: string
}

export interface CallOptions<C extends GuestCall> {
  signal?: AbortSignal
  onProgress?(progress: CallProgress<C>): void
  /** Named in GUEST_CRASHED. */
  file?: string
}

interface Waiting {
  file: string
  progress(value: unknown): void
  resolve(value: unknown): void
  reject(error: RestillError): void
}
interface Running extends StartedGuest { readonly waiting: Map<number, Waiting>, heardAt: number, maySilenceMs: number, rssBytes: number, ended: boolean }

const maxRestarts = 5
const restartWindowMs = 10 * 60_000
const watchEveryMs = 1000
const startAllowanceMs = 60_000
const wordsWaitMs = 500

export class Guest {
  readonly #options: GuestOptions
  #running: Promise<Running> | undefined
  #current: Running | undefined
  #crashes: number[] = []
  #lastId = 0
  #pending = 0

  constructor(options: GuestOptions) {
    this.#options = options
  }

  /** Process id of the guest, null while none runs. */
  get pid(): number | null {
    return this.#current?.child.pid ?? null
  }

  /**
   * Runs one call in the guest. Input, progress and output are parsed by the schemas of the table of calls.
   * @throws RestillError of the call itself; CANCELLED; GUEST_CRASHED and GUEST_UNRESPONSIVE (the next call starts a new guest);
   *   GUEST_START_FAILED
   */
  async call<C extends GuestCall>(call: C, input: CallInput<C>, options: CallOptions<C> = {}): Promise<CallOutput<C>> {
    const spec = guestCalls[call]
    const parsed = spec.input.parse(input)
    if (options.signal?.aborted === true) throw new RestillError('CANCELLED')
    this.#pending++
    try {
      const guest = await this.#ensure()
      const onProgress = options.onProgress?.bind(options)
      const progress = (value: unknown) => { onProgress?.(spec.progress.parse(value) as CallProgress<C>) }
      return spec.output.parse(await this.#exchange(guest, call, parsed, progress, options.file ?? '', options.signal)) as CallOutput<C>
    } finally {
      this.#pending--
      this.#settle()
    }
  }

  /** Ends the guest; calls in work end as CANCELLED. The next call would start a new one. */
  async stop(): Promise<void> {
    const starting = this.#running
    this.#running = undefined
    const guest = await starting?.catch(() => undefined)
    this.#current = undefined
    if (guest !== undefined) await end(guest, new RestillError('CANCELLED'))
  }

  #exchange(guest: Running, call: GuestCall, input: unknown, progress: (value: unknown) => void, file: string, signal?: AbortSignal): Promise<unknown> {
    const id = ++this.#lastId
    const { promise, resolve, reject } = Promise.withResolvers<unknown>()
    guest.waiting.set(id, { file, progress, resolve, reject })
    const cancel = () => { post(guest, { cancel: id }) }
    signal?.addEventListener('abort', cancel, { once: true })
    post(guest, { id, call, input })
    if (signal?.aborted === true) cancel()
    keepAlive(guest, true)
    return promise.finally(() => {
      signal?.removeEventListener('abort', cancel)
      guest.waiting.delete(id)
    })
  }

  /** Between calls: replaces a guest that grew, and lets the studio's process end although a guest waits for work. */
  #settle(): void {
    const guest = this.#current
    if (this.#pending > 0 || guest === undefined) return
    const limit = this.#options.maxRssBytes ?? Math.floor((process.constrainedMemory() || totalmem()) / 2)
    if (guest.rssBytes > limit) {
      this.#running = undefined
      this.#current = undefined
      void end(guest, new RestillError('CANCELLED'))
    } else keepAlive(guest, false)
  }

  #ensure(): Promise<Running> {
    this.#running ??= this.#start().catch((thrown: unknown) => {
      this.#running = undefined
      throw asRestillError(thrown)
    })
    return this.#running
  }

  async #start(): Promise<Running> {
    const now = performance.now()
    this.#crashes = this.#crashes.filter(time => now - time < restartWindowMs)
    if (this.#crashes.length >= maxRestarts) throw startFailed(`it ended unexpectedly ${maxRestarts} times within ten minutes`)
    const started = startGuest(this.#options.role, this.#options.executable)
    const guest: Running = { ...started, waiting: new Map(), heardAt: now, maySilenceMs: startAllowanceMs, rssBytes: 0, ended: false }
    this.#current = guest
    this.#watch(guest)
    if (this.#options.lowPriority === true) lower(guest)
    try {
      const hello = guestCalls.hello.output.parse(await this.#exchange(guest, 'hello', {}, () => undefined, ''))
      if (hello.protocol !== protocolVersion || hello.role !== this.#options.role) {
        throw startFailed(`it speaks protocol ${hello.protocol} as ${hello.role}, expected ${protocolVersion} as ${this.#options.role}`)
      }
      return guest
    } catch (thrown) {
      await end(guest, new RestillError('CANCELLED'))
      const error = asRestillError(thrown)
      throw error.code === 'GUEST_START_FAILED' ? error : startFailed(guest.lastWords() || error.message)
    }
  }

  #watch(guest: Running): void {
    const { child } = guest
    let lastTick = performance.now()
    const ticker = setInterval(() => {
      const now = performance.now()
      // A late tick means that this process slept or was busy, not that the guest was silent.
      if (now - lastTick > 3 * watchEveryMs) guest.heardAt = now
      lastTick = now
      const silentMs = now - guest.heardAt
      if (silentMs <= guest.maySilenceMs) return
      this.#lost(guest, new RestillError('GUEST_UNRESPONSIVE', { detail: { seconds: Math.round(silentMs / 1000), stderr: guest.lastWords() } }))
    }, watchEveryMs)
    ticker.unref()
    child.on('message', (raw: unknown) => { receive(guest, raw) })
    child.on('error', error => { this.#lost(guest, startFailed(error.message)) })
    child.on('exit', (code, signal) => {
      clearInterval(ticker)
      // Its last words may still be on their way.
      const lost = () => { this.#lost(guest, new RestillError('GUEST_CRASHED', {
        detail: { file: [...guest.waiting.values()].find(one => one.file !== '')?.file ?? 'a photo', exit: signal ?? code, stderr: guest.lastWords() },
      })) }
      child.once('close', lost)
      setTimeout(lost, wordsWaitMs).unref()
    })
  }

  #lost(guest: Running, error: RestillError): void {
    if (guest.ended) return
    this.#crashes.push(performance.now())
    if (this.#current === guest) {
      this.#running = undefined
      this.#current = undefined
    }
    if (guest.waiting.size > 0) this.#options.onNotice?.({ code: error.code, text: error.message })
    void end(guest, error, 0)
  }
}

function receive(guest: Running, raw: unknown): void {
  guest.heardAt = performance.now()
  const parsed = fromGuestSchema.safeParse(raw)
  if (!parsed.success) return
  const message: FromGuest = parsed.data
  if ('beat' in message) {
    guest.maySilenceMs = message.mayBeSilentMs
    guest.rssBytes = message.rssBytes
    return
  }
  const waiting = guest.waiting.get(message.id)
  if (waiting === undefined) return
  if ('ok' in message) waiting.resolve(message.ok)
  else if ('error' in message) waiting.reject(fromWire(message.error))
  else {
    try {
      waiting.progress(message.progress)
    } catch (thrown) {
      waiting.reject(asRestillError(thrown))
    }
  }
}

/** Rejects what waits, closes the port, and kills the process when it does not end by itself within `graceMs`. */
async function end(guest: Running, error: RestillError, graceMs = 2000): Promise<void> {
  if (guest.ended) return
  guest.ended = true
  for (const waiting of guest.waiting.values()) {
    waiting.reject(error.code === 'GUEST_CRASHED' ? new RestillError(error.code, { detail: { ...error.detail, file: waiting.file || error.detail['file'] || '' } }) : error)
  }
  const { child } = guest
  if (child.exitCode !== null || child.signalCode !== null) return
  if (graceMs === 0) {
    child.kill('SIGKILL')
    return
  }
  const gone = new Promise<void>(resolve => child.once('exit', () => { resolve() }))
  if (child.connected) child.disconnect()
  const timer = setTimeout(() => child.kill('SIGKILL'), graceMs)
  await gone
  clearTimeout(timer)
}

function post(guest: Running, message: ToGuest): void {
  if (guest.child.connected) guest.child.send(message, () => undefined)
}

/** Whether a waiting guest keeps the studio's process from ending. */
function keepAlive(guest: Running, yes: boolean): void {
  const { child } = guest
  const { stderr } = child
  if (yes) {
    child.ref()
    child.channel?.ref()
  } else {
    child.unref()
    child.channel?.unref()
  }
  if (stderr instanceof Socket) stderr.unref()
}

function lower(guest: Running): void {
  try {
    if (guest.child.pid !== undefined) setPriority(guest.child.pid, constants.priority.PRIORITY_BELOW_NORMAL)
  } catch {
    // Not allowed here: the work is done at normal priority.
  }
}

function startFailed(reason: string): RestillError {
  return new RestillError('GUEST_START_FAILED', { detail: { reason } })
}
