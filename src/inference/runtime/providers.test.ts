import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { tempFolder } from '../../../test/helpers/temp.ts'
import { plainReason, probeInChild, probeInThisProcess, relativeError } from './probe.ts'
import { candidateProviders, deviceTable, verdictOf } from './providers.ts'

test('the CPU is always there, and always last', () => {
  expect(candidateProviders().at(-1)).toBe('cpu')
})

test('the self-test graph runs on the CPU, in this process and in a child', async () => {
  for (const measure of [await probeInThisProcess('cpu'), await probeInChild('cpu')]) {
    expect(measure).toMatchObject({ error: 0 })
    expect('milliseconds' in measure && measure.milliseconds > 0).toBe(true)
  }
})

test('a device that does not exist answers with a reason', async () => {
  expect(await probeInThisProcess('abacus')).toHaveProperty('failed')
})

test('verdicts are kept per device and tried anew only when asked', async () => {
  const home = await tempFolder()
  let probes = 0
  const probe = () => {
    probes++
    return Promise.resolve({ error: 1e-6, milliseconds: 2, cpuMilliseconds: 2 })
  }
  expect(await verdictOf('cpu', home, false, probe)).toMatchObject({ usable: true, milliseconds: 2 })
  await verdictOf('cpu', home, false, probe)
  expect(probes).toBe(1)
  await deviceTable(home, true, probe)
  expect(probes).toBeGreaterThan(1)
  expect(Object.keys(JSON.parse(await readFile(join(home, 'devices.json'), 'utf8')) as object).join()).toContain('onnxruntime ')
})

test('a store that cannot be read is made anew', async () => {
  const home = await tempFolder()
  await writeFile(join(home, 'devices.json'), '{"cpu": 3')
  expect((await verdictOf('cpu', home)).usable).toBe(true)
})

test('wrong results, far too slow ones and crashes make a device unusable', async () => {
  const verdict = async (measure: Awaited<ReturnType<typeof probeInThisProcess>>) => verdictOf('webgpu', await tempFolder(), true, () => Promise.resolve(measure))
  expect(await verdict({ error: 0.02, milliseconds: 1, cpuMilliseconds: 5 })).toMatchObject({ usable: false, error: 0.02 })
  expect(await verdict({ error: NaN, milliseconds: 1, cpuMilliseconds: 5 })).toMatchObject({ usable: false })
  expect(await verdict({ error: 1e-7, milliseconds: 500, cpuMilliseconds: 5 })).toMatchObject({ usable: false })
  expect(await verdict({ failed: 'its self-test ended with SIGSEGV' })).toMatchObject({ usable: false, reason: 'its self-test ended with SIGSEGV' })
  expect(await verdict({ error: 1e-7, milliseconds: 1, cpuMilliseconds: 5 })).toMatchObject({ usable: true })
})

test('relative error is of the largest value; what is not a number is infinitely wrong', () => {
  expect(relativeError(Float32Array.of(1, 2.5), Float32Array.of(1, 2))).toBeCloseTo(0.25)
  expect(relativeError(Float32Array.of(1, NaN), Float32Array.of(1, 2))).toBe(Infinity)
  expect(relativeError(Float32Array.of(1), Float32Array.of(1, 2))).toBe(Infinity)
})

test('reasons are sentences without source lines', () => {
  expect(plainReason('/src/webgpu_context.cc:136 Initialize() status == Success was false. Failed to get a WebGPU adapter: none\nstack')).toBe('Failed to get a WebGPU adapter: none')
})
