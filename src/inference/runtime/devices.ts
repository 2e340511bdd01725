/** The devices for one photo, in order: the first that can be used, and the next when it fails at run time. */
import { asRestillError, isCancelled, RestillError } from '../../shared/errors.ts'
import type { Notice, ProviderName, ProviderVerdict } from '../../shared/guest.ts'
import { isOutOfMemory, TileTooLarge } from './device-errors.ts'
import { candidateProviders, verdictOf } from './providers.ts'

export type Judge = (provider: ProviderName) => Promise<ProviderVerdict>

export class DeviceChain {
  readonly notices: Notice[] = []
  readonly #judge: Judge
  readonly #asked: boolean
  #rest: ProviderName[]
  #current: ProviderVerdict | undefined

  /** @param asked in order of preference; empty means every device of this build, best first. The CPU is always the last resort. */
  constructor(asked: readonly ProviderName[], judge: Judge) {
    this.#asked = asked.length > 0
    this.#rest = [...new Set<ProviderName>([...(this.#asked ? asked : candidateProviders()), 'cpu'])]
    this.#judge = judge
  }

  /** The device in use. @throws RestillError PROVIDER_UNAVAILABLE when none can be used */
  async current(): Promise<ProviderVerdict> {
    while (this.#current === undefined) {
      const provider = this.#rest.shift()
      if (provider === undefined) throw new RestillError('PROVIDER_UNAVAILABLE', { detail: { provider: 'cpu', reason: 'no device is left to try' } })
      const verdict = await this.#judge(provider)
      if (verdict.usable) this.#current = verdict
      // Only what somebody asked for by name is worth a word.
      else if (this.#asked) this.#notice('PROVIDER_UNAVAILABLE', provider, verdict.reason)
    }
    return this.#current
  }

  /**
   * Runs `work` on the device in use, on the next one when it fails.
   * @throws TileTooLarge when memory ran out; RestillError CANCELLED, or PROVIDER_FAILED when no device is left
   */
  async run<T>(work: (device: ProviderVerdict) => Promise<T>): Promise<T> {
    for (;;) {
      const device = await this.current()
      try {
        return await work(device)
      } catch (thrown) {
        if (isCancelled(thrown) || thrown instanceof RestillError) throw thrown
        if (isOutOfMemory(thrown)) throw new TileTooLarge('the tile did not fit', { cause: thrown })
        const reason = thrown instanceof Error ? thrown.message.slice(0, 300) : String(thrown)
        if (this.#rest.length === 0) throw new RestillError('PROVIDER_FAILED', { detail: { provider: device.provider, reason }, cause: thrown })
        this.#notice('PROVIDER_FAILED', device.provider, reason)
        this.#current = undefined
      }
    }
  }

  #notice(code: 'PROVIDER_FAILED' | 'PROVIDER_UNAVAILABLE', provider: ProviderName, reason: string): void {
    this.notices.push({ code, text: asRestillError(new RestillError(code, { detail: { provider, reason } })).message })
  }
}

/** Judges by the self-test; the CPU needs none to be used. */
export function judgeFor(home: string): Judge {
  return provider => verdictOf(provider, home)
}
