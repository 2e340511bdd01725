import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { readPart, readReduced } from './parts.ts'
import { openReduced } from './reduce.ts'
import { createSpool, type Spool, type SpoolShape } from './spool.ts'

async function spoolOf(shape: SpoolShape): Promise<Spool> {
  const folder = await mkdtemp(join(tmpdir(), 'restill-parts-'))
  const writer = await createSpool(folder, shape)
  const rows = new (shape.depth === 8 ? Uint8Array : Uint16Array)(shape.width * shape.height * shape.channels)
  for (let at = 0; at < rows.length; at++) rows[at] = (at * 2_654_435_761) >>> (shape.depth === 8 ? 24 : 16)
  await writer.writeRows(rows)
  const spool = await writer.finish()
  onTestFinished(async () => {
    await spool.dispose()
    await rm(folder, { recursive: true, force: true })
  })
  return spool
}

const shapes: SpoolShape[] = [
  { width: 61, height: 47, channels: 3, depth: 8 }, { width: 61, height: 47, channels: 3, depth: 16 }, { width: 61, height: 47, channels: 1, depth: 8 },
  { width: 61, height: 47, channels: 4, depth: 16 }, { width: 61, height: 47, channels: 2, depth: 8 },
]

test.each(shapes)('a part holds the colours that the rows hold: $channels channels of $depth bits', async (shape) => {
  const spool = await spoolOf(shape)
  const part = await readPart(spool, { x: 7, y: 30, width: 31, height: 17 })
  const band = await spool.readRows(30, 17)
  const { width, channels } = shape
  const expected = Array.from({ length: 17 * 31 * part.channels }, (_, at) => {
    const [row, column, channel] = [Math.floor(at / (31 * part.channels)), Math.floor(at / part.channels) % 31, at % part.channels]
    return band[(row * width + 7 + column) * channels + channel]
  })
  expect([...part.rows]).toEqual(expected)
})

test.each(shapes)('the whole made small is what a reduced spool holds: $channels channels of $depth bits', async (shape) => {
  const spool = await spoolOf(shape)
  const reduced = await openReduced({ spool }, 0.25, new AbortController().signal)
  const small = await readReduced(spool, 0.25)
  expect({ width: small.width, height: small.height, channels: small.channels, depth: small.depth })
    .toEqual({ width: reduced.width, height: reduced.height, channels: reduced.channels, depth: reduced.depth })
  expect([...small.rows]).toEqual([...await reduced.readRows(0, reduced.height)])
  await reduced.dispose()
})
