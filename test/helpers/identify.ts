/**
 * Stands in for the pixels guest where a test is about the catalog and not about pixels: reads real files, in this process, and answers as the
 * guest would for ordinary JPEG, PNG, TIFF, WebP and AVIF.
 */
import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import sharp from 'sharp'
import { RestillError } from '../../src/shared/errors.ts'
import type { Identified } from '../../src/shared/guest.ts'

export class IdentifyHere {
  /** Files that were read, in order. */
  readonly asked: string[] = []
  running = 0
  mostAtOnce = 0
  /** Called before a file is read; may throw what the guest would. */
  before: (file: string) => void | Promise<void> = () => undefined

  async call(_call: 'identify', input: { file: string, thumbnails: number[] }): Promise<Identified> {
    this.asked.push(input.file)
    this.running++
    this.mostAtOnce = Math.max(this.mostAtOnce, this.running)
    try {
      await this.before(input.file)
      return await identify(input.file, input.thumbnails)
    } finally {
      this.running--
    }
  }
}

async function identify(file: string, edges: number[]): Promise<Identified> {
  const bytes = await readFile(file)
  try {
    const meta = await sharp(bytes).metadata()
    const pixels = await sharp(bytes).raw().toBuffer()
    const thumbnails = await Promise.all(edges.map(async (longEdge) => {
      const { data, info } = await sharp(bytes).autoOrient().resize(longEdge, longEdge, { fit: 'inside', withoutEnlargement: true })
        .jpeg().toBuffer({ resolveWithObject: true })
      return { longEdge, width: info.width, height: info.height, jpeg: new Uint8Array(data) }
    }))
    return {
      facts: {
        kind: 'photo', format: meta.format, ...meta.autoOrient, depth: 8, channels: meta.channels < 3 ? 1 : 3, alpha: meta.hasAlpha,
        orientation: meta.orientation ?? 1, profile: null, space: 'rgb', pages: 1,
      },
      bytes: bytes.length, fileHash: sha256(bytes), imageHash: sha256(pixels), notices: [], thumbnails,
    }
  } catch (cause) {
    throw new RestillError('IMAGE_CORRUPT', { detail: { file, reason: String(cause) }, cause })
  }
}

function sha256(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex')
}
