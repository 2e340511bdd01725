/**
 * Tries one device on the self-test graph: right against the CPU, and how fast. Runs in a process of its own (`guest/main.ts --probe=NAME`),
 * for a broken driver may take its process with it.
 */
import { execFile } from 'node:child_process'
import { extname } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { InferenceSession, Tensor } from 'onnxruntime-node'
import { z } from 'zod'
import { type ProviderName, providerSchema } from '../../shared/guest.ts'
import { selfTestGraph, selfTestInput, selfTestSide } from './selftest-graph.ts'
import { sessionOptions } from './sessions.ts'

const measureSchema = z.union([
  /** `error`: largest difference from the CPU's result, relative to its largest value; times are medians in milliseconds. */
  z.strictObject({ error: z.number(), milliseconds: z.number(), cpuMilliseconds: z.number() }),
  z.strictObject({ failed: z.string() }),
])
export type Measure = z.infer<typeof measureSchema>

const probeTimeoutMs = 120_000
const repeats = 5

/** Runs the self-test here and now. Never throws: a failure is an answer. */
export async function probeInThisProcess(name: string): Promise<Measure> {
  try {
    const provider = providerSchema.parse(name)
    const reference = await measure('cpu')
    const result = provider === 'cpu' ? reference : await measure(provider)
    return { error: relativeError(result.data, reference.data), milliseconds: result.milliseconds, cpuMilliseconds: reference.milliseconds }
  } catch (thrown) {
    return { failed: plainReason(thrown instanceof Error ? thrown.message : String(thrown)) }
  }
}

/** Runs the self-test of a device in a child process; a crash or a hang of the driver is an answer too. */
export async function probeInChild(provider: ProviderName): Promise<Measure> {
  const here = fileURLToPath(import.meta.url)
  const main = fileURLToPath(new URL(`../guest/main${extname(here)}`, import.meta.url))
  try {
    const { stdout } = await promisify(execFile)(process.execPath, [main, `--probe=${provider}`], { timeout: probeTimeoutMs, killSignal: 'SIGKILL' })
    return measureSchema.parse(JSON.parse(stdout.trim().split('\n').at(-1) ?? ''))
  } catch (thrown) {
    const killed = thrown as { signal?: string | null, code?: number | string | null }
    return { failed: `its self-test ended with ${killed.signal ?? `exit code ${killed.code ?? 'unknown'}`}` }
  }
}

/** Largest |a - b| relative to the largest |b|; infinite where something is not a number. */
export function relativeError(a: Float32Array, b: Float32Array): number {
  if (a.length !== b.length) return Infinity
  let largest = 0
  let difference = 0
  for (let at = 0; at < b.length; at++) {
    const here = Math.abs(a[at]! - b[at]!)
    if (!(here <= difference)) difference = Number.isNaN(here) ? Infinity : here
    largest = Math.max(largest, Math.abs(b[at]!))
  }
  return largest === 0 ? difference : difference / largest
}

async function measure(provider: ProviderName): Promise<{ data: Float32Array, milliseconds: number }> {
  const session = await InferenceSession.create(selfTestGraph(), sessionOptions(provider))
  const feeds = { image: new Tensor('float32', selfTestInput(), [1, 3, selfTestSide, selfTestSide]) }
  const times: number[] = []
  let data = new Float32Array(0)
  for (let turn = 0; turn <= repeats; turn++) {
    const begun = performance.now()
    data = (await session.run(feeds))['restored']?.data as Float32Array<ArrayBuffer>
    // The first turn prepares the device.
    if (turn > 0) times.push(performance.now() - begun)
  }
  await session.release()
  return { data, milliseconds: times.sort((a, b) => a - b)[Math.floor(repeats / 2)] ?? 0 }
}

/** The sentence of a message of ONNX Runtime without the source lines before it. */
export function plainReason(message: string): string {
  const line = message.split('\n')[0] ?? ''
  const sentence = line.split(/ was false\. /).at(-1) ?? line
  return sentence.slice(0, 200).trim()
}
