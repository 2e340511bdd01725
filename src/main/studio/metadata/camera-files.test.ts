import { existsSync, readdirSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { closeExifTool, richJpeg } from '../../../../test/helpers/metadata.ts'
import { roundTrip } from '../../../../test/helpers/metadata-round-trip.ts'
import { tempFolder } from '../../../../test/helpers/temp.ts'
import { MetadataCarrier } from './carrier.ts'

const camera = process.env['RESTILL_CAMERA_FILES'] ?? resolve(import.meta.dirname, '../../../../../shared/data/camera')
let carrier: MetadataCarrier
beforeAll(() => { carrier = new MetadataCarrier() })
afterAll(async () => { await carrier.close(); await closeExifTool() })

test('a photo of our own: what plain ExifTool carries, we carry', async () => {
  const folder = await tempFolder()
  const found = await roundTrip(carrier, await richJpeg(folder), folder)
  expect(found).toMatchObject({ differences: [], notCarried: [], iccSame: true })
  expect(found?.compared).toBeGreaterThan(25)
})

const photos = existsSync(camera) ? readdirSync(camera).filter(name => /\.jpe?g$/i.test(name)) : []

test.skipIf(photos.length === 0)('every JPEG of real cameras: what plain ExifTool carries, we carry; the rest is named', { timeout: 600_000 }, async () => {
  const folder = await tempFolder()
  const all = []
  for (const name of photos) {
    const found = await roundTrip(carrier, join(camera, name), folder)
    if (found !== null) all.push(found)
  }
  expect(all.flatMap(each => each.differences.map(difference => `${each.file} ${difference}`))).toEqual([])
  expect(all.filter(each => !each.iccSame).map(each => each.file)).toEqual([])
  expect(all.length).toBeGreaterThan(photos.length - 5)
})
