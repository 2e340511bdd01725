/**
 * Are there seams between tiles? Restores a smooth 16-bit sky, where nothing may change abruptly, and writes what changed, amplified ten times around
 * middle grey: `node docs/scripts/seams.ts [target.png]`. Prints how far the change jumps between neighbouring pixels, at tile borders and elsewhere.
 */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import sharp from 'sharp'
import { openStudio } from '../../src/main/studio/studio.ts'

const target = process.argv[2] ?? join(import.meta.dirname, '../pictures/seams.png')
const width = 1600
const height = 1200
const amplify = 10
const margin = 16
const folder = await mkdtemp(join(tmpdir(), 'restill-seams-'))
const studio = await openStudio({ home: join(folder, 'home') })

try {
  const source = join(folder, 'sky.tif')
  await sharp(sky(), { raw: { width, height, channels: 3 } }).toColourspace('rgb16').tiff({ compression: 'deflate' }).toFile(source)
  const result = join(folder, 'result.tif')
  const { tiles } = await studio.restoreOnce(source, result, { engine: 'nafnet-edge', scale: 1, encode: { format: 'tiff', depth: 16 } })
  const [before, after] = await Promise.all([source, result].map(pixels))

  const step = tiles.side - tiles.overlap
  const picture = Buffer.alloc(width * height * 3)
  let atBorders = 0
  let elsewhere = 0
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      for (let c = 0; c < 3; c++) {
        const i = (y * width + x) * 3 + c
        const change = (after![i]! - before![i]!) / 257
        picture[i] = Math.max(0, Math.min(255, Math.round(128 + amplify * change)))
        // The photo's own border is no seam: padding ends there.
        if (Math.min(x, y, width - 1 - x, height - 1 - y) < margin) continue
        const jump = Math.abs(change - (after![i - 3]! - before![i - 3]!) / 257)
        if (x % step < tiles.overlap || y % step < tiles.overlap) atBorders = Math.max(atBorders, jump)
        else elsewhere = Math.max(elsewhere, jump)
      }
    }
  }
  await sharp(picture, { raw: { width, height, channels: 3 } }).png().toFile(target)
  console.log(`${tiles.total} tiles of ${tiles.side} pixels, overlap ${tiles.overlap}`)
  console.log(`largest jump of the change between neighbours: ${atBorders.toFixed(3)} of 255 where tiles overlap, ${elsewhere.toFixed(3)} elsewhere`)
} finally {
  await studio.close()
  await rm(folder, { recursive: true, force: true })
}

/** A sky: brighter to the horizon, a soft glow, no edge anywhere. */
function sky(): Uint16Array {
  const data = new Uint16Array(width * height * 3)
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const glow = Math.exp(-(((x - 1100) / 500) ** 2) - ((y - 900) / 400) ** 2)
      const t = y / height
      const rgb = [0.25 + 0.35 * t + 0.2 * glow, 0.42 + 0.3 * t + 0.15 * glow, 0.75 + 0.12 * t]
      for (let c = 0; c < 3; c++) data[(y * width + x) * 3 + c] = Math.round(Math.min(1, rgb[c]!) * 65535)
    }
  }
  return data
}

async function pixels(file: string): Promise<Uint16Array> {
  const { data } = await sharp(file).toColourspace('rgb16').raw({ depth: 'ushort' }).toBuffer({ resolveWithObject: true })
  return new Uint16Array(data.buffer, data.byteOffset, data.length / 2)
}
