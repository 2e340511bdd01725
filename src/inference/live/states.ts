/**
 * What engines hold of opened tiles, so that a moved control renders without opening them again. The least recently used go to disk when
 * memory runs short, and are dropped when there is too much of them there.
 */
import { readFileSync, rmSync, writeFileSync } from 'node:fs'
import { deserialize, serialize } from 'node:v8'
import type { EngineSession, TileState } from '../engines/engine.ts'

/** The session that opened the tile, and the controls that it was opened with. */
export interface StateOrigin { readonly owner: EngineSession, readonly key: string }
/** A state, and the pixels that it was opened with as long as both are in memory: an engine holds the same ones. */
export interface HeldState { readonly state: TileState, readonly pixels: Float32Array | null }
interface Held extends StateOrigin, HeldState {}
interface Spilled extends StateOrigin { readonly file: string, readonly bytes: number }

export interface StateLimits { memory: number, disk: number }

export class TileStates {
  readonly #limits: StateLimits
  readonly #newFile: () => Promise<string>
  readonly #held = new Map<number, Held>()
  readonly #spilled = new Map<number, Spilled>()

  /**
   * @param limits  bytes
   * @param newFile a fresh name in the spool folder
   */
  constructor(limits: StateLimits, newFile: () => Promise<string>) {
    this.#limits = limits
    this.#newFile = newFile
  }

  /** The state of a tile if it was opened by this session under this key. */
  take(index: number, { owner, key }: StateOrigin): HeldState | null {
    const known = this.#held.get(index) ?? this.#spilled.get(index)
    if (known === undefined) return null
    if (known.owner === owner && known.key === key) {
      if ('state' in known) return known
      const state = read(known.file)
      if (state !== null) return { state, pixels: null }
    }
    this.drop(index)
    return null
  }

  /** Keeps the state of a tile that was just used. */
  async keep(index: number, { state, pixels }: HeldState, { owner, key }: StateOrigin): Promise<void> {
    if (this.#held.get(index)?.state !== state) this.drop(index)
    this.#held.delete(index)
    this.#held.set(index, { owner, key, state, pixels })
    let bytes = [...this.#held.values()].reduce((sum, held) => sum + held.state.bytes, 0)
    for (const [oldest, held] of this.#held) {
      if (bytes <= this.#limits.memory) break
      bytes -= held.state.bytes
      await this.#spill(oldest, held)
    }
  }

  drop(index: number): void {
    this.#held.get(index)?.state.dispose()
    this.#held.delete(index)
    const spilled = this.#spilled.get(index)
    if (spilled !== undefined) rmSync(spilled.file, { force: true })
    this.#spilled.delete(index)
  }

  clear(): void {
    for (const index of [...this.#held.keys(), ...this.#spilled.keys()]) this.drop(index)
  }

  async #spill(index: number, { owner, key, state }: Held): Promise<void> {
    const file = await this.#newFile()
    const data = serialize({ ...state, dispose: undefined })
    this.drop(index)
    try {
      writeFileSync(file, data)
    } catch {
      // No room: the tile is opened anew when it is needed.
      rmSync(file, { force: true })
      return
    }
    this.#spilled.set(index, { owner, key, file, bytes: data.length })
    let bytes = [...this.#spilled.values()].reduce((sum, spilled) => sum + spilled.bytes, 0)
    for (const [oldest, spilled] of this.#spilled) {
      if (bytes <= this.#limits.disk) break
      bytes -= spilled.bytes
      this.drop(oldest)
    }
  }
}

function read(file: string): TileState | null {
  try {
    // Written by `#spill` in this process; a state is plain data but for its way to let go, which memory on the heap does not need.
    return { ...deserialize(readFileSync(file)) as TileState, dispose: () => undefined }
  } catch {
    return null
  }
}
