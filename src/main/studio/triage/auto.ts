/**
 * What Auto does with a photo: rules over its blur report, then over time. Pure. Sharp photos are left alone; otherwise the engine that is
 * expected to gain most, at the working scale that the blur asks for; a budget takes what fits into it.
 */
import { type BlurReport, type ExpectedGain, surelySharp } from '../../../shared/blur-report.ts'
import { duration } from '../report/units.ts'
import { kindWords, wordsOf } from './words.ts'

/** An engine with the pack that it would use here. */
export interface Candidate { engine: string, title: string, pack: string, seconds: Seconds | null }
/** Measured on this machine: seconds of the network per megapixel that it sees, and of everything else per megapixel of the photo. */
export interface Seconds { network: number, rest: number }

type WorkingScale = 1 | 0.5 | 0.25
/**
 * One way to treat a photo. `gainDb` is null where nothing is known of the pack, `seconds` where nothing was measured; `worth` stands for the gain
 * when ways are compared, and is never null.
 */
export interface Way { engine: string, title: string, scale: WorkingScale, gainDb: number | null, spreadDb: number | null, worth: number, seconds: number | null }

export interface Budget { seconds: number, per: 'photo' | 'batch' }

/** `way` is null where the photo is left alone. `reason` is a sentence without its full stop. */
export interface Decision { way: Way | null, reason: string }

/** Less than this is not worth another version of a photo, dB; what nothing is known of counts as this much. */
const leastGain = 0.03
/** From here on sharp is sharp whatever the gain is expected to be; between `surelySharp` and this a gain of `worthDoubt` decides. */
const beyondDoubt = 0.9
/** A photo that looks sharp but is expected to gain this much in dB is restored. On real photographs the report is wrong in both directions. */
const worthDoubt = 0.5
/** Ways that reach this share of the greatest gain count as equally good: the fastest one is taken. */
const alike = 0.98
/** What is left of the gain at half the working scale that the blur asks for: the network cannot mend what it does not see. */
const halvedShare = 0.5
const scales: readonly WorkingScale[] = [1, 0.5, 0.25]

/** Why the report alone says to leave the photo; null where it does not. */
export function leaveReason({ kind, probability, intent, gains }: BlurReport): string | null {
  const best = gains[0]
  if (kind === 'sharp') {
    // A sharp photo comes back nearly as it was, a blurred one that is passed over is lost.
    if (probability < surelySharp) return null
    if (probability < beyondDoubt && (best === undefined || best.db >= worthDoubt)) return null
    return intent === 'depth-of-field' ? 'the subject is sharp before a soft background, as a wide aperture draws it' : `it is sharp (${percent(probability)})`
  }
  if (best !== undefined && best.db < leastGain) return `${kindWords[kind]}, but nothing is expected to be gained (${decibel(best)})`
  return null
}

/**
 * Ways to treat a blurred photo: every engine at the scale that the blur asks for and at smaller ones.
 * @param scale asked for by a person, or null
 */
export function waysOf(report: BlurReport, candidates: readonly Candidate[], megapixels: number, scale: WorkingScale | null): Way[] {
  const wanted = scale ?? report.scale
  return candidates.flatMap(({ engine, title, pack, seconds }) => {
    const gain = report.gains.find((each) => each.pack === pack) ?? null
    return scales.filter((each) => scale === null ? each <= wanted : each === scale).map((each) => {
      const share = halvedShare ** Math.log2(wanted / each)
      return {
        engine, title, scale: each, gainDb: gain === null ? null : gain.db * share, spreadDb: gain?.spreadDb ?? null, worth: (gain?.db ?? leastGain) * share,
        seconds: seconds === null ? null : megapixels * (seconds.network * each ** 2 + seconds.rest),
      }
    })
  })
}

/** The best way; of those that are as good, the fastest. Null without ways. */
export function bestWay(ways: readonly Way[]): Way | null {
  const most = Math.max(...ways.map(({ worth }) => worth))
  const first = ways.filter(({ worth }) => worth >= most * (most > 0 ? alike : 1))
  return first.reduce<Way | null>((best, way) => best === null || (way.seconds ?? Infinity) < (best.seconds ?? Infinity) ? way : best, null)
}

/** One photo, with as much time as it takes or so many seconds. */
export function decide(report: BlurReport, ways: readonly Way[], limit: number | null): Decision {
  const leave = leaveReason(report)
  if (leave !== null) return { way: null, reason: leave }
  const best = bestWay(ways)
  if (best === null) return { way: null, reason: 'no engine can be used' }
  if (limit === null) return { way: best, reason: reasonOf(report, best) }
  const way = bestWay(ways.filter(({ seconds }) => seconds !== null && seconds <= limit))
  if (way !== null) return { way, reason: `${reasonOf(report, way)}${way === best || best.seconds === null ? '' : `; ${best.title} would take about ${duration(best.seconds)}, over the budget`}` }
  const fastest = Math.min(...ways.map(({ seconds }) => seconds ?? Infinity))
  if (fastest === Infinity) return { way: best, reason: `${reasonOf(report, best)}; nothing was measured on this machine yet` }
  return { way: null, reason: `${kindWords[report.kind]}, but it would take about ${duration(fastest)}, over the budget of ${duration(limit)} a photo` }
}

/**
 * Shares the seconds of a batch out among its photos, so that the sum of the expected gains is about the greatest: every photo goes up its own
 * ladder of ways, the step that gains most a second goes first.
 * @returns a way for every photo, null where no time is left for it
 */
export function shareOut(photos: readonly (readonly Way[])[], seconds: number): (Way | null)[] {
  const chosen: (Way | null)[] = photos.map(() => null)
  const steps = photos.flatMap((ways, photo) => ladder(ways).map((step) => ({ ...step, photo })))
    .sort((a, b) => b.worth - a.worth || a.photo - b.photo)
  let left = seconds
  const closed = new Set<number>()
  for (const { photo, way, cost } of steps) {
    if (closed.has(photo)) continue
    // A step that does not fit ends the photo's ladder: the next one stands on it.
    if (cost > left) closed.add(photo)
    else {
      left -= cost
      chosen[photo] = way
    }
  }
  return chosen
}

/** From nothing upwards: each step gains less a second than the one before (the upper convex hull of gain over time). */
function ladder(ways: readonly Way[]): { way: Way, cost: number, worth: number }[] {
  const steps: { way: Way, cost: number, worth: number }[] = []
  let [time, gain] = [0, 0]
  for (;;) {
    const next = ways.filter((way) => way.seconds !== null && way.worth > gain && way.seconds > time)
      .map((way) => ({ way, cost: way.seconds! - time, worth: (way.worth - gain) / (way.seconds! - time) }))
      .sort((a, b) => b.worth - a.worth)[0]
    if (next === undefined) return steps
    steps.push(next)
    time = next.way.seconds!
    gain = next.way.worth
  }
}

/** Why a photo is treated so. */
export function reasonOf(report: BlurReport, way: Way): string {
  const length = report.blurLength === null ? '' : ` of about ${Math.round(report.blurLength)} pixels`
  const scale = way.scale === 1 ? '' : ` at ${way.scale === 0.5 ? 'half' : 'a quarter of the'} size`
  const gain = way.gainDb === null || way.spreadDb === null ? '' : ` is expected to gain ${decibel({ db: way.gainDb, spreadDb: way.spreadDb })}`
  const { kind, probability } = report
  const seen = kind !== 'sharp' ? `${wordsOf(report)} (${percent(probability)})`
    : probability < surelySharp ? `${wordsOf(report)} (${percent(probability)} sharp)` : `looks sharp (${percent(probability)}), but not beyond doubt`
  return `${seen}${length}: ${way.title}${scale}${gain}`
}

function decibel({ db, spreadDb }: Pick<ExpectedGain, 'db' | 'spreadDb'>): string {
  return `${db.toFixed(1)} ± ${spreadDb.toFixed(1)} dB`
}

function percent(value: number): string {
  return `${Math.round(value * 100)} %`
}
