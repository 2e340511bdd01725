/**
 * Squares of a picture as the window shows them: cut from a spool on disk, reduced by 2^level, encoded with the photo's own profile.
 * Original and result come the same way, so that equal pixels are equal on the screen.
 */
import { nativeSpace, openWith } from './decode.ts'
import type { SpoolShape } from './spool.ts'

/** Side of a square at every level, pixels. */
export const pictureTileSide = 512
/** Pixels around a square, at its level, that the reduction looks at: no seams between squares. */
const margin = 8
/** Every level keeps its step: 4:4:4 at this quality differs from the spool by less than an eye tells at 400 %. */
const quality = 97

export interface PictureTile { readonly level: number, readonly column: number, readonly row: number }

/** Levels until the whole picture fits into one square. */
export function pictureLevels(width: number, height: number): number {
  return 1 + Math.max(0, Math.ceil(Math.log2(Math.max(width, height) / pictureTileSide)))
}

/**
 * @param spool its file holds the profile of its values; another process may be writing rows of it
 * @returns JPEG, 8 bits a channel, no alpha; null for a square outside the picture
 */
export async function pictureTile(
  spool: SpoolShape & { file: string }, { level, column, row }: PictureTile,
): Promise<Uint8Array<ArrayBuffer> | null> {
  const across = axis(spool.width, level, column)
  const down = axis(spool.height, level, row)
  if (level >= pictureLevels(spool.width, spool.height) || across === null || down === null) return null
  let pipeline = openWith(spool.file, { sequentialRead: false, limitInputPixels: false })
    .extract({ left: across.from, top: down.from, width: across.length, height: down.length })
    .removeAlpha()
  if (level > 0) {
    pipeline = pipeline.resize(across.reduced, down.reduced, { fit: 'fill', kernel: 'lanczos3' })
      .extract({ left: across.skip, top: down.skip, width: across.size, height: down.size })
  }
  const jpeg = pipeline.toColourspace(nativeSpace(spool.channels, 8)).keepIccProfile()
    .jpeg({ quality, chromaSubsampling: '4:4:4', optimiseCoding: false })
  return new Uint8Array(await jpeg.toBuffer())
}

/** What is read of one axis, how long it is reduced, and which part of that is the square; null outside. */
function axis(length: number, level: number, index: number) {
  const step = 2 ** level
  const start = index * pictureTileSide * step
  if (start >= length) return null
  const end = Math.min(length, start + pictureTileSide * step)
  const from = level === 0 ? start : Math.max(0, start - margin * step)
  const to = level === 0 ? end : Math.min(length, end + margin * step)
  return { from, length: to - from, reduced: Math.ceil((to - from) / step), skip: (start - from) / step, size: Math.ceil((end - start) / step) }
}
