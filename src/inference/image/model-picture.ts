/** A picture for a vision model: small, plain, and of sides that its patches fit into. */
import type { Identified } from '../../shared/guest.ts'
import { untilAborted } from './abort.ts'
import { openWith } from './decode.ts'
import { smallPicture } from './identify.ts'

type ModelPicture = Omit<Identified['thumbnails'][number], 'longEdge'>

/** Long side, pixels: below it models see too little, above it their memory and context end. */
const smallestEdge = 512
const largestEdge = 1024
const quality = 90

/**
 * JPEG, sRGB, upright. Both sides are multiples of `multiple` and at least two of them, so the photo is stretched by half a multiple at
 * most where it is not much longer than wide. Null for HEIC.
 * @throws RestillError FILE_*, IMAGE_*, RAW_WITHOUT_PREVIEW, CANCELLED
 */
export async function modelPicture(file: string, multiple: number, signal: AbortSignal): Promise<ModelPicture | null> {
  const small = await smallPicture(file, largestEdge, signal)
  if (small === null) return null
  const { width, height } = sidesFor(small, multiple)
  const resized = openWith(Buffer.from(small.jpeg)).resize(width, height, { fit: 'fill', kernel: 'lanczos3' }).jpeg({ quality, chromaSubsampling: '4:4:4' })
  return { width, height, jpeg: await untilAborted(signal, resized.toBuffer()) }
}

function sidesFor({ width, height }: { width: number, height: number }, multiple: number): { width: number, height: number } {
  const long = Math.max(width, height)
  const scale = Math.min(Math.max(long, smallestEdge), largestEdge) / long
  const most = Math.floor(largestEdge / multiple)
  const side = (pixels: number) => Math.min(most, Math.max(2, Math.round(pixels * scale / multiple))) * multiple
  return { width: side(width), height: side(height) }
}
