import { join } from 'node:path'
import sharp from 'sharp'
import { expect, test } from 'vitest'
import { tempFolder } from '../../../test/helpers/temp.ts'
import { explain } from '../../shared/errors.ts'
import { decode } from './decode.ts'
import { decodeTimeoutSeconds } from './limits.ts'

test('a picture that takes too long is given up at once, told by name, and not tried again', async () => {
  const file = join(await tempFolder(), 'slow.png')
  await sharp({ create: { width: 2400, height: 2400, channels: 3, background: '#357', noise: { type: 'gaussian', mean: 128, sigma: 40 } } })
    .png({ compressionLevel: 0 }).toFile(file)
  let attempts = 0
  // A real pipeline that runs for many seconds, with a limit of one.
  const slow = decode(file, file, open => {
    attempts++
    return open().median(41).timeout({ seconds: 1 }).raw().toBuffer()
  })
  const failure: unknown = await slow.catch((error: unknown) => error)
  expect(failure).toMatchObject({ code: 'IMAGE_DECODE_TIMEOUT', detail: { file, seconds: decodeTimeoutSeconds } })
  expect(explain(failure).message).toContain(file)
  expect(attempts).toBe(1)
})
