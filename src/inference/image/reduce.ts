/** A smaller copy of a photo for surveys and for working scales below 1. */
import { rm } from 'node:fs/promises'
import { dirname } from 'node:path'
import { throwIfAborted, untilAborted } from './abort.ts'
import { decodeFailure, nativeSpace, openWith } from './decode.ts'
import type { OpenPhoto } from './open.ts'
import { openSpool, spoolPath, type Spool } from './spool.ts'

/**
 * The colour channels (no alpha) reduced with anti-aliasing (Lanczos, a = 3) in the photo's own depth and encoding.
 * Sides are rounded to the nearest pixel, at least 1. The caller disposes of it.
 * @throws RestillError DISK_FULL, CANCELLED
 */
export async function openReduced(photo: Pick<OpenPhoto, 'spool'>, scale: 0.5 | 0.25, signal: AbortSignal): Promise<Spool> {
  throwIfAborted(signal)
  const { spool } = photo
  const width = Math.max(1, Math.round(spool.width * scale))
  const height = Math.max(1, Math.round(spool.height * scale))
  const file = await spoolPath(dirname(spool.file))
  const work = async (): Promise<Spool> => {
    await openWith(spool.file, { limitInputPixels: false })
      .removeAlpha()
      .resize(width, height, { fit: 'fill', kernel: 'lanczos3' })
      .toColourspace(nativeSpace(spool.channels, spool.depth))
      .toFile(file)
    return openSpool(file)
  }
  try {
    return await untilAborted(signal, work(), (late) => late.dispose())
  } catch (error) {
    await rm(file, { force: true }).catch(() => undefined)
    throw decodeFailure(spool.file, error)
  }
}
