import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { createHash } from 'node:crypto'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { tempFolder } from '../../../test/helpers/temp.ts'
import { RestillError } from '../../shared/errors.ts'
import { guestCalls, identifySchema } from '../../shared/guest.ts'
import { pixelsHandlers } from './handlers.ts'
import { openPhoto } from './open.ts'
import { dataFolder } from './test-pictures.ts'

const signal = new AbortController().signal
const folders = ['broken', 'camera'].map((name) => join(dataFolder, name))
const hasFolders = folders.every((folder) => existsSync(folder))
const sensible = new Set([
  'FILE_EMPTY', 'IMAGE_UNSUPPORTED', 'IMAGE_CORRUPT', 'IMAGE_TOO_LARGE', 'IMAGE_TOO_SMALL', 'RAW_WITHOUT_PREVIEW', 'HEIC_NOT_SUPPORTED',
])

test.skipIf(!hasFolders)('every odd file opens or is refused with a reason; none is changed, none takes the process along', async () => {
  const spool = await tempFolder()
  const outcomes: Record<string, number> = {}
  const files = folders.flatMap((folder) => readdirSync(folder).filter((name) => !name.endsWith('.tsv')).map((name) => join(folder, name)))
  for (const file of files) {
    const before = createHash('sha256').update(readFileSync(file)).digest('hex')
    for (const attempt of [() => identified(file), () => opened(file, spool)]) {
      const outcome = await attempt().catch((error: unknown) => {
        if (!(error instanceof RestillError)) throw new Error(`${file}: ${String(error)}`, { cause: error })
        expect(sensible, file).toContain(error.code)
        expect(error.detail.file, file).toBe(file)
        return error.code
      })
      outcomes[outcome] = (outcomes[outcome] ?? 0) + 1
    }
    expect(createHash('sha256').update(readFileSync(file)).digest('hex')).toBe(before)
  }
  expect(readdirSync(spool).filter((name) => name.endsWith('.v'))).toEqual([])
  expect(outcomes.opened).toBeGreaterThan(130)
  expect(outcomes.identified).toBeGreaterThan(130)
})

test.skipIf(!hasFolders).each([
  ['gen-half-file.jpg', 'IMAGE_CORRUPT'], ['gen-half-progressive.jpg', 'IMAGE_CORRUPT'], ['truncated.jpg', 'IMAGE_CORRUPT'],
  ['truncated.png', 'IMAGE_CORRUPT'],
  ['gen-zero-bytes.jpg', 'FILE_EMPTY'], ['gen-html-error-page.jpg', 'IMAGE_UNSUPPORTED'], ['monkey12.jpg', 'IMAGE_UNSUPPORTED'],
  ['gen-float32-96x64.tif', 'IMAGE_UNSUPPORTED'], ['gen-bomb-60000x60000.png', 'IMAGE_TOO_LARGE'],
  ['gen-bomb-65535x65535.jpg', 'IMAGE_TOO_LARGE'],
  ['gen-bomb-grey1bit-100000x100000.png', 'IMAGE_TOO_LARGE'], ['gen-bomb-tiff-50000x50000.tif', 'IMAGE_TOO_LARGE'],
  ['17000x17000.avif', 'IMAGE_TOO_LARGE'],
  ['rotating-squares.webp', 'IMAGE_UNSUPPORTED'], ['gen-only-soi.jpg', 'IMAGE_CORRUPT'],
  ['gen-zero-height.jpg', 'IMAGE_CORRUPT'], ['gen-ifd-loop.tif', 'IMAGE_CORRUPT'],
])('%s is %s', async (name, code) => {
  await expect(opened(join(dataFolder, 'broken', name), await tempFolder())).rejects.toMatchObject({ code })
})

test.skipIf(!hasFolders).each([
  'gen-bitflips.jpg', 'gen-no-eoi.jpg', 'gen-trailing-garbage.jpg', 'gen-png-named.jpg', 'gen-jpeg-named.png',
  'gen-webp-named.tif', 'gen-bad-crc.png',
  'pil_sample_cmyk.jpg', 'sample-xyb.jpg', 'indexed.png', '16-bit-grey-alpha.png', 'photoshop-200dpi-broken.jpg',
  'hopper_16bit_qtables.jpg',
])('%s opens', async (name) => {
  expect(await opened(join(dataFolder, 'broken', name), await tempFolder())).toBe('opened')
})

async function identified(file: string): Promise<'identified'> {
  const found = await pixelsHandlers.identify(guestCalls.identify.input.parse({ file, thumbnails: [256] }), { signal })
  identifySchema.parse(found)
  return 'identified'
}

async function opened(file: string, folder: string): Promise<'opened'> {
  const photo = await openPhoto(file, { folder, signal })
  await photo.spool.readRows(photo.spool.height - 1, 1)
  await photo.dispose()
  return 'opened'
}
