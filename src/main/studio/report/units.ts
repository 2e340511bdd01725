/** Amounts as people say them. */

/** `0.4 s`, `12 s`, `3 min 5 s`, `2 h 10 min`. */
export function duration(seconds: number): string {
  if (seconds < 9.95) return `${seconds.toFixed(1)} s`
  const whole = Math.round(seconds)
  if (whole < 60) return `${whole} s`
  if (whole < 3600) return `${Math.floor(whole / 60)} min ${whole % 60} s`
  return hours(Math.round(whole / 60))
}

/** Time left, rounded so that it does not flicker: `a few seconds`, `about 40 s`, `about 12 min`, `about 3 h 20 min`. */
export function timeLeft(seconds: number): string {
  if (seconds < 5) return 'a few seconds'
  if (seconds < 92) return `about ${Math.round(seconds / 5) * 5} s`
  const minutes = Math.round(seconds / 60)
  if (minutes < 60) return `about ${minutes} min`
  return `about ${hours(Math.round(minutes / 10) * 10).replace(' 0 min', '')}`
}

function hours(minutes: number): string {
  return `${Math.floor(minutes / 60)} h ${minutes % 60} min`
}

/** `1 photo`, `12 photos`. */
export function counted(count: number, word: string): string {
  return `${count} ${word}${count === 1 ? '' : 's'}`
}

/** `512 B`, `3.4 MB`, `12 GB` (powers of ten, as file managers count). */
export function bytes(count: number): string {
  const units = ['B', 'kB', 'MB', 'GB', 'TB']
  let value = count
  let unit = 0
  while (value >= 999.5 && unit < units.length - 1) {
    value /= 1000
    unit += 1
  }
  return `${unit === 0 || value >= 99.5 ? Math.round(value) : value.toPrecision(2)} ${units[unit] ?? 'B'}`
}
