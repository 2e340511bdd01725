import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { spawnSync } from 'node:child_process'
import { FuseState, FuseV1Options, getCurrentFuseWire } from '@electron/fuses'
import { expect, test } from 'vitest'
import { tempFolder } from './helpers/temp.ts'

/** Where Electron's binaries hold their fuses: this mark, a version, a length, and one character each. */
const mark = 'dL7pKGdnNz796PbbjQWNKmHXBZaB9tsX'

test('the packaged app cannot be run as Node, debugged, or given other code', async () => {
  const binary = join(await tempFolder(), 'restill')
  const asShipped = '101100001'
  const wireAsShipped = [Buffer.from(mark), Buffer.from([1, asShipped.length]), Buffer.from(asShipped)]
  await writeFile(binary, Buffer.concat([Buffer.alloc(100, 'x'), ...wireAsShipped, Buffer.alloc(100, 'y')]))
  const run = spawnSync(process.execPath, [join(import.meta.dirname, '../build/fuses.ts'), binary], { encoding: 'utf8' })
  expect([run.status, run.stderr]).toEqual([0, ''])
  const wire = await getCurrentFuseWire(binary)
  const on = Object.entries(wire).filter(([key, state]) => /^\d+$/.test(key) && state === FuseState.ENABLE).map(([key]) => FuseV1Options[Number(key)])
  expect(on).toEqual(['EnableCookieEncryption', 'EnableEmbeddedAsarIntegrityValidation', 'OnlyLoadAppFromAsar', 'WasmTrapHandlers'])
  expect((await readFile(binary)).length).toBe(200 + mark.length + 2 + asShipped.length)
})
