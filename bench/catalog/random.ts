/** Numbers 0..1 that follow from `seed` (mulberry32): the same library each time. */
export function randomOf(seed: number): () => number {
  let state = (seed * 2654435761) >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}

/** One of `choices`, the first ones more often. */
export function pick<T>(choices: readonly T[], random: number): T {
  return choices[Math.min(choices.length - 1, Math.floor(random ** 1.6 * choices.length))]!
}
