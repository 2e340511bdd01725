/**
 * Multi-objective Bayesian optimisation over choices: one option for each of some slots, two objectives to be made small. Options lie at equal intervals
 * on [0, 1) (architecture of "Edge NAFNet"), a Gaussian process models each objective, and the choice with the largest expected hypervolume
 * improvement is tried next. The same seed and the same answers give the same search.
 */
import { RestillError } from '../../shared/errors.ts'
import { GaussianProcess } from './gaussian-process.ts'
import { expectedImprovement, hypervolume, type Pair, paretoFront } from './pareto.ts'
import { type Random, seeded } from './random.ts'
import { sobol } from './sobol.ts'

export interface Evaluated { choice: readonly number[], value: Pair }

export interface SearchRequest {
  /** Options of each slot. */
  counts: readonly number[]
  evaluate: (choice: readonly number[]) => Pair
  /** Tried first, whatever the seed. */
  always: readonly (readonly number[])[]
  /** Choices to try in all, those of the start included. */
  evaluations: number
  seed: number
  signal: AbortSignal
  onProgress?(done: number, total: number): void
}

export interface SearchResult { evaluated: Evaluated[], front: Evaluated[], reference: Pair, hypervolume: number }

const startShare = 0.25
const leastStart = 16
/** Hyperparameters are fitted anew after so many choices. */
const refitEvery = 6
const randomCandidates = 400
const marginTimes = 0.1

/** @throws RestillError CANCELLED */
export async function search(request: SearchRequest): Promise<SearchResult> {
  const { counts, evaluate, signal } = request
  const random = seeded(request.seed)
  const total = Math.min(request.evaluations, counts.reduce((product, count) => product * count, 1))
  const evaluated: Evaluated[] = []
  const known = new Set<string>()
  const add = (choice: readonly number[]) => {
    const key = choice.join()
    if (evaluated.length >= total || known.has(key)) return
    known.add(key)
    evaluated.push({ choice, value: evaluate(choice) })
    request.onProgress?.(evaluated.length, total)
  }
  for (const choice of request.always) add(choice)
  const start = Math.min(total, Math.max(leastStart, Math.round(total * startShare)))
  for (const point of sobol(4 * start, counts.length, random)) {
    if (evaluated.length >= start) break
    add(point.map((x, slot) => Math.floor(x * counts[slot]!)))
  }
  const reference = referenceOf(evaluated.map(({ value }) => value))
  let models: GaussianProcess[] = []
  for (let turn = 0; evaluated.length < total; turn++) {
    await new Promise(setImmediate)
    if (signal.aborted) throw new RestillError('CANCELLED')
    models = fitModels(evaluated, counts, random, models, turn % refitEvery === 0)
    const next = best(candidates(evaluated, known, counts, random), models, evaluated, counts, reference)
    if (next === undefined) break
    add(next)
  }
  const front = paretoFront(evaluated, ({ value }) => value)
  return { evaluated, front, reference, hypervolume: hypervolume(front.map(({ value }) => value), reference) }
}

/**
 * Changes one slot at a time of every point of a front, until no change leads beyond it. For objectives that cost next to nothing to ask:
 * a search spends its tries on the whole range, and leaves gaps where a person chooses.
 */
export function refine(front: readonly Evaluated[], counts: readonly number[], evaluate: SearchRequest['evaluate']): Evaluated[] {
  const known = new Map(front.map(point => [point.choice.join(), point]))
  let refined = [...front]
  for (;;) {
    const before = known.size
    for (const { choice } of refined) {
      for (const neighbour of neighbours(choice, counts)) {
        const key = neighbour.join()
        if (!known.has(key)) known.set(key, { choice: neighbour, value: evaluate(neighbour) })
      }
    }
    if (known.size === before) return refined
    refined = paretoFront([...known.values()], ({ value }) => value)
  }
}

function neighbours(choice: readonly number[], counts: readonly number[]): (readonly number[])[] {
  return counts.flatMap((count, slot) => Array.from({ length: count }, (_, option) => choice.with(slot, option)))
}

/** A tenth of the range beyond the worst of the start. */
function referenceOf(values: readonly Pair[]): Pair {
  const bound = (of: (value: Pair) => number) => {
    const all = values.map(of)
    const [low, high] = [Math.min(...all), Math.max(...all)]
    return high + marginTimes * (high - low || 1)
  }
  return [bound(value => value[0]), bound(value => value[1])]
}

function encode(choice: readonly number[], counts: readonly number[]): number[] {
  return choice.map((option, slot) => (option + 0.5) / counts[slot]!)
}

function fitModels(evaluated: readonly Evaluated[], counts: readonly number[], random: Random, before: readonly GaussianProcess[], refit: boolean): GaussianProcess[] {
  const inputs = evaluated.map(({ choice }) => encode(choice, counts))
  return ([0, 1] as const).map(at => new GaussianProcess(inputs, evaluated.map(({ value }) => value[at]), random, before[at]?.hyper, refit))
}

/** Random choices, and every neighbour of the front: one slot changed. */
function candidates(evaluated: readonly Evaluated[], known: ReadonlySet<string>, counts: readonly number[], random: Random): (readonly number[])[] {
  const found = new Map<string, readonly number[]>()
  const offer = (choice: readonly number[]) => {
    const key = choice.join()
    if (!known.has(key)) found.set(key, choice)
  }
  for (let turn = 0; turn < randomCandidates; turn++) offer(counts.map(count => Math.floor(random() * count)))
  for (const { choice } of paretoFront(evaluated, ({ value }) => value)) {
    for (const neighbour of neighbours(choice, counts)) offer(neighbour)
  }
  return [...found.values()]
}

function best(
  choices: readonly (readonly number[])[], models: readonly GaussianProcess[], evaluated: readonly Evaluated[], counts: readonly number[], reference: Pair,
): readonly number[] | undefined {
  const front = paretoFront(evaluated.map(({ value }) => value), value => value)
  let most = -Infinity
  let chosen: readonly number[] | undefined
  for (const choice of choices) {
    const point = encode(choice, counts)
    const [first, second] = models.map(model => model.predict(point))
    const improvement = expectedImprovement(front, reference, [first!.mean, second!.mean], [first!.deviation, second!.deviation])
    if (improvement > most) {
      most = improvement
      chosen = choice
    }
  }
  return chosen
}
