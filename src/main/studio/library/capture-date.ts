/** When a photo was taken, from what several writers said in several notations. */

const date = /^\s*(\d{4})[:-]?(\d{2})[:-]?(\d{2})/
const time = /[T ](\d{2}):?(\d{2})(?::?(\d{2}))?(?:\.\d+)?\s*(Z|[+-]\d{2}:?\d{2})?/

/**
 * The first of `candidates` that is a date, as ISO 8601 of the camera's clock to the second, with an offset where one was written
 * ('2024-05-01T18:03:22+02:00'). A candidate without a time takes it from a later one of the same day.
 */
export function captureDate(candidates: readonly (string | undefined)[]): string | null {
  const read = candidates.map((text) => text === undefined ? null : readDate(text)).filter((found) => found !== null)
  const first = read[0]
  if (first === undefined) return null
  const withTime = read.find(({ day, time: clock }) => day === first.day && clock !== null)
  const precise = first.time === null && withTime !== undefined ? withTime : first
  const sameMoment = read.filter(({ day, time: clock }) => day === precise.day && clock === precise.time)
  const offset = sameMoment.find(({ offset: written }) => written !== null)?.offset
  return `${precise.day}T${precise.time ?? '00:00:00'}${offset ?? ''}`
}

function readDate(text: string): { day: string, time: string | null, offset: string | null } | null {
  const [whole, year, month, dayOfMonth] = date.exec(text) ?? []
  if (whole === undefined || year === undefined || month === undefined || dayOfMonth === undefined) return null
  const day = `${year}-${month}-${dayOfMonth}`
  const exists = new Date(`${day}T00:00:00Z`)
  if (year < '1800' || Number.isNaN(exists.getTime()) || exists.toISOString().slice(0, 10) !== day) return null
  const [clock, hours, minutes, seconds = '00', zone] = time.exec(text.slice(whole.length)) ?? []
  if (clock === undefined || hours === undefined || minutes === undefined) return { day, time: null, offset: null }
  if (hours > '23' || minutes > '59' || seconds > '59') return { day, time: null, offset: null }
  const offset = zone === undefined || zone === 'Z' ? zone : `${zone.slice(0, 3)}:${zone.slice(-2)}`
  return { day, time: `${hours}:${minutes}:${seconds}`, offset: offset ?? null }
}
