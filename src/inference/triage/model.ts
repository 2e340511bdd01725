/** The fitted figures: from measures to kinds and gains. `resources/triage.json` names the command that made it; `docs/triage.md` says how good it is. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { z } from 'zod'
import { type ExpectedGain, type ReportKind, reportKinds } from '../../shared/blur-report.ts'

const layerSchema = z.strictObject({ weights: z.array(z.array(z.number())), bias: z.array(z.number()) })
/** Dense layers with tanh between them. */
const netSchema = z.array(layerSchema).min(1)
const judgeSchema = z.strictObject({
  /** Names of measures, and what to take off and divide by. */
  inputs: z.array(z.string()), mean: z.array(z.number()), deviation: z.array(z.number()),
  /** Logits in the order of `reportKinds`. */
  kinds: netSchema,
  /** Of every kind of blur, in their order: least share of p(kind) in p(kind) + p(sharp) at which a photo is called so. */
  blurredFrom: z.array(z.number()),
  /** Expected gain in dB by pack; spread = `spread[0] + spread[1] * |gain|`. */
  gains: z.record(z.string(), z.strictObject({ engine: z.string(), version: z.string(), net: netSchema, spread: z.tuple([z.number(), z.number()]) })),
})
const modelSchema = z.strictObject({
  version: z.int(), command: z.string(),
  /** With what DeMoE's router says, and without. */
  withRouter: judgeSchema, alone: judgeSchema,
})
type TriageModel = z.infer<typeof modelSchema>
type Judge = z.infer<typeof judgeSchema>
type Net = z.infer<typeof netSchema>

let model: TriageModel | undefined

export function triageModel(): TriageModel {
  model ??= modelSchema.parse(JSON.parse(readFileSync(join(import.meta.dirname, '..', '..', '..', 'resources', 'triage.json'), 'utf8')))
  return model
}

interface Judgement { kind: ReportKind, probability: number, probabilities: Record<ReportKind, number>, gains: ExpectedGain[] }

/**
 * Sharp is decided first: only what is not sharp has a kind of blur.
 * @param packs versions by id of the packs at hand: gains are told for those that the figures were fitted with
 */
export function judge({ withRouter, alone }: TriageModel, measures: Readonly<Record<string, number>>, packs: ReadonlyMap<string, string>): Judgement {
  const by = withRouter.inputs.every(name => measures[name] !== undefined) ? withRouter : alone
  const inputs = standardised(by, measures)
  const likely = softmax(run(by.kinds, inputs))
  const probabilities = Object.fromEntries(reportKinds.map((kind, index) => [kind, likely[index]!])) as Record<ReportKind, number>
  const blurs = reportKinds.filter(kind => kind !== 'sharp')
  const top = blurs.reduce((a, b) => probabilities[b] > probabilities[a] ? b : a)
  const kind = probabilities[top] / (probabilities[top] + probabilities.sharp) >= by.blurredFrom[blurs.indexOf(top)]! ? top : 'sharp'
  const gains = Object.entries(by.gains).filter(([pack, { version }]) => packs.get(pack) === version).map(([pack, { engine, net, spread }]) => {
    const db = run(net, inputs)[0]!
    return { engine, pack, db, spreadDb: spread[0] + spread[1] * Math.abs(db) }
  }).sort((a, b) => b.db - a.db)
  return { kind, probability: probabilities[kind], probabilities, gains }
}

/** A measure far outside of what was fitted on counts as its border. */
const furthest = 4

function standardised({ inputs, mean, deviation }: Judge, measures: Readonly<Record<string, number>>): number[] {
  return inputs.map((name, index) => Math.max(-furthest, Math.min(furthest, ((measures[name] ?? mean[index]!) - mean[index]!) / deviation[index]!)))
}

function run(net: Net, inputs: readonly number[]): number[] {
  return net.reduce<number[]>((values, { weights, bias }, place) => bias.map((start, row) => {
    const sum = weights[row]!.reduce((total, weight, column) => total + weight * values[column]!, start)
    return place === net.length - 1 ? sum : Math.tanh(sum)
  }), [...inputs])
}

function softmax(logits: readonly number[]): number[] {
  const top = Math.max(...logits)
  const exponents = logits.map(value => Math.exp(value - top))
  const sum = exponents.reduce((total, value) => total + value, 0)
  return exponents.map(value => value / sum)
}
