import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { closeExifTool, richJpeg } from '../../../../test/helpers/metadata.ts'
import { roundTrip } from '../../../../test/helpers/metadata-round-trip.ts'
import { tempFolder } from '../../../../test/helpers/temp.ts'
import { MetadataCarrier } from './carrier.ts'

/** A folder of camera originals, as long as a person likes: every file costs three rounds of ExifTool, so nobody waits for them unasked. */
const camera = process.env['RESTILL_CAMERA_FILES']
let carrier: MetadataCarrier
beforeAll(() => { carrier = new MetadataCarrier() })
afterAll(async () => { await carrier.close(); await closeExifTool() })

test('a photo of our own: what plain ExifTool carries, we carry', async () => {
  const folder = await tempFolder()
  const found = await roundTrip(carrier, await richJpeg(folder), folder)
  expect(found).toMatchObject({ differences: [], notCarried: [], iccSame: true })
  expect(found?.compared).toBeGreaterThan(25)
})

const photos = camera === undefined ? [] : readdirSync(camera).filter(name => /\.jpe?g$/i.test(name)).map(name => join(camera, name))

test.skipIf(photos.length === 0)('every JPEG of real cameras: what plain ExifTool carries, we carry; the rest is named', { timeout: 600_000 }, async () => {
  const folder = await tempFolder()
  const all = []
  for (const photo of photos) {
    const found = await roundTrip(carrier, photo, folder)
    if (found !== null) all.push(found)
  }
  expect(all.flatMap(each => each.differences.map(difference => `${each.file} ${difference}`))).toEqual([])
  expect(all.filter(each => !each.iccSame).map(each => each.file)).toEqual([])
  expect(all.length).toBeGreaterThan(photos.length - 5)
})
