/** Seconds by stage, and the time left from measured tiles. */
const remembered = 15

/** Median of the last tiles: steady against one slow tile, quick to follow a machine that got busy. */
export class TileClock {
  readonly #times: number[] = []

  add(seconds: number): void {
    this.#times.push(seconds)
    if (this.#times.length > remembered) this.#times.shift()
  }

  /** Seconds for `tiles` more; null before the first. */
  left(tiles: number): number | null {
    const sorted = [...this.#times].sort((a, b) => a - b)
    const median = sorted[Math.floor(sorted.length / 2)]
    return median === undefined ? null : median * tiles
  }
}

/** Adds up seconds under names. */
export class Stopwatch<in Name extends string> {
  readonly #seconds: Record<Name, number>

  constructor(names: readonly Name[]) {
    this.#seconds = Object.fromEntries(names.map(name => [name, 0])) as Record<Name, number>
  }

  async measure<T>(name: Name, work: () => Promise<T>): Promise<T> {
    const begun = performance.now()
    try {
      return await work()
    } finally {
      this.add(name, (performance.now() - begun) / 1000)
    }
  }

  add(name: Name, seconds: number): void {
    this.#seconds[name] += seconds
  }

  read(name: Name): number {
    return this.#seconds[name]
  }
}
