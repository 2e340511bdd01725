/** Layout of the chart of speed against gain. Pure; lengths are CSS pixels of the chart. */

export interface FrontPoint { value: string, label: string, milliseconds: number, gainDb: number }
interface PlacedPoint extends FrontPoint { x: number, y: number }
interface Chart { points: PlacedPoint[], /** Through the points, left to right. */ line: string, fastest: number, slowest: number, least: number, most: number }

/** Points from fast to slow; time runs on a logarithm, so that twice as fast is the same way everywhere. */
export function chartOf(points: readonly FrontPoint[], width: number, height: number, margin: number): Chart {
  const sorted = points.toSorted((a, b) => a.milliseconds - b.milliseconds || a.gainDb - b.gainDb)
  const times = sorted.map(point => Math.max(0.01, point.milliseconds))
  const gains = sorted.map(point => point.gainDb)
  const [fastest, slowest] = [Math.min(...times), Math.max(...times)]
  const [least, most] = [Math.min(...gains), Math.max(...gains)]
  const across = (time: number) => fraction(Math.log(time), Math.log(fastest), Math.log(slowest)) * (width - 2 * margin) + margin
  const up = (gain: number) => height - margin - fraction(gain, least, most) * (height - 2 * margin)
  const placed = sorted.map((point, index) => ({ ...point, x: across(times[index]!), y: up(point.gainDb) }))
  return { points: placed, line: placed.map(({ x, y }, index) => `${index === 0 ? 'M' : 'L'}${x.toFixed(1)} ${y.toFixed(1)}`).join(''), fastest, slowest, least, most }
}

/** A single value lies in the middle. */
function fraction(value: number, low: number, high: number): number {
  return high > low ? (value - low) / (high - low) : 0.5
}

/** The point an arrow key goes to; the ends hold. */
export function pointBeside(points: readonly FrontPoint[], value: string, step: 1 | -1): string {
  const at = points.findIndex(point => point.value === value)
  return points[Math.min(points.length - 1, Math.max(0, at === -1 ? 0 : at + step))]?.value ?? value
}
