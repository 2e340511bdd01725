/**
 * The devices that this build and machine really have, in order of preference, each tried before it touches a photo.
 * Verdicts are kept in `<home>/devices.json` by provider, device, driver and version of ONNX Runtime.
 */
import { execFile } from 'node:child_process'
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { cpus, release } from 'node:os'
import { dirname, join } from 'node:path'
import { promisify } from 'node:util'
import { existsSync } from 'node:fs'
import { listSupportedBackends } from 'onnxruntime-node'
import { z } from 'zod'
import { type ProviderName, providerNames, type ProviderVerdict, verdictSchema } from '../../shared/guest.ts'
import { type Measure, probeInChild } from './probe.ts'

/** Relative error that a device may have on the self-test, and how many times slower than the CPU it may be. */
const errorLimit = { fp32: 1e-3, fp16: 1e-2 } as const
const slowestTimes = 10

const storedSchema = z.record(z.string(), verdictSchema)

interface Device { name: string, driver: string }
type Probe = (provider: ProviderName) => Promise<Measure>

/** Providers that this build of ONNX Runtime knows, best first. */
export function candidateProviders(): ProviderName[] {
  const built = new Set(listSupportedBackends().map(backend => backend.name))
  return providerNames.filter(name => built.has(name))
}

/** The table of devices. @param fresh true runs every self-test again */
export async function deviceTable(home: string, fresh: boolean, probe: Probe = probeInChild): Promise<ProviderVerdict[]> {
  const table: ProviderVerdict[] = []
  for (const provider of candidateProviders()) table.push(await verdictOf(provider, home, fresh, probe))
  return table
}

const pending = new Map<string, Promise<ProviderVerdict>>()

/** Whether a provider can be used; from the store where this device and driver were tried before. */
export function verdictOf(provider: ProviderName, home: string, fresh = false, probe: Probe = probeInChild): Promise<ProviderVerdict> {
  const key = `${home} ${provider} ${fresh}`
  let verdict = pending.get(key)
  if (verdict === undefined) {
    verdict = judge(provider, home, fresh, probe).finally(() => { pending.delete(key) })
    pending.set(key, verdict)
  }
  return verdict
}

async function judge(provider: ProviderName, home: string, fresh: boolean, probe: Probe): Promise<ProviderVerdict> {
  const { name, driver } = await device(provider)
  const base = { provider, device: name, usable: false, error: null, milliseconds: null, precision: 'fp32' as const }
  const absent = missingLibrary(provider)
  if (absent !== null) return { ...base, reason: absent }
  const key = [provider, name, driver, `onnxruntime ${runtimeVersion()}`].join(' | ')
  const file = join(home, 'devices.json')
  const stored = (await readStored(file))[key]
  if (stored !== undefined && !fresh) return stored
  const measure = await probe(provider)
  const verdict: ProviderVerdict = 'failed' in measure
    ? { ...base, reason: measure.failed }
    : { ...base, error: measure.error, milliseconds: measure.milliseconds, ...decide(provider, measure) }
  await store(file, key, verdict)
  return verdict
}

function decide(provider: ProviderName, measure: Exclude<Measure, { failed: string }>): { usable: boolean, reason: string } {
  if (!(measure.error <= errorLimit.fp32)) return { usable: false, reason: `its results differ from the CPU's by ${(measure.error * 100).toPrecision(2)} %` }
  const times = measure.milliseconds / measure.cpuMilliseconds
  if (provider !== 'cpu' && times > slowestTimes) return { usable: false, reason: `it is ${Math.round(times)} times slower than the CPU` }
  return { usable: true, reason: 'passed its self-test' }
}

async function readStored(file: string): Promise<Record<string, ProviderVerdict>> {
  try {
    return storedSchema.parse(JSON.parse(await readFile(file, 'utf8')))
  } catch {
    // Missing, or of another version: everything is tried again.
    return {}
  }
}

async function store(file: string, key: string, verdict: ProviderVerdict): Promise<void> {
  const all = { ...await readStored(file), [key]: verdict }
  const temporary = `${file}.${process.pid}.tmp`
  try {
    await mkdir(dirname(file), { recursive: true })
    await writeFile(temporary, JSON.stringify(all, null, 2))
    await rename(temporary, file)
  } catch {
    // A verdict that cannot be kept is found again next time.
  }
}

/** Why a provider cannot even be tried: its library is not beside ONNX Runtime's. */
function missingLibrary(provider: ProviderName): string | null {
  if (provider !== 'cuda' && provider !== 'tensorrt') return null
  const folder = join(dirname(createRequire(import.meta.url).resolve('onnxruntime-node/package.json')), 'bin', 'napi-v6', process.platform, process.arch)
  const name = process.platform === 'win32' ? `onnxruntime_providers_${provider}.dll` : `libonnxruntime_providers_${provider}.so`
  return existsSync(join(folder, name)) ? null : 'its libraries are not installed (npm run gpu:cuda installs them)'
}

async function device(provider: ProviderName): Promise<Device> {
  if (provider === 'cpu') return { name: cpus()[0]?.model.trim() || process.arch, driver: '' }
  if (provider === 'cuda' || provider === 'tensorrt') return await nvidia() ?? { name: 'NVIDIA graphics', driver: '' }
  return { name: provider === 'coreml' ? 'Apple Neural Engine or GPU' : 'default graphics device', driver: release() }
}

let nvidiaDevice: Promise<Device | null> | undefined

function nvidia(): Promise<Device | null> {
  nvidiaDevice ??= promisify(execFile)('nvidia-smi', ['--query-gpu=name,driver_version', '--format=csv,noheader'], { timeout: 10_000 })
    .then(({ stdout }) => {
      const [name = '', driver = ''] = stdout.split('\n')[0]?.split(',').map(part => part.trim()) ?? []
      return name === '' ? null : { name, driver }
    })
    .catch(() => null)
  return nvidiaDevice
}

function runtimeVersion(): string {
  return z.object({ version: z.string() }).parse(createRequire(import.meta.url)('onnxruntime-node/package.json')).version
}
