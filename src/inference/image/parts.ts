/** Pieces of a photo in its spool, and the whole of it made small, in memory: for looking at it, not for restoring. */
import type { Sharp } from 'sharp'
import { decodeFailure, nativeSpace, openWith } from './decode.ts'
import type { Spool } from './spool.ts'

/** Interleaved colour channels (no alpha) in the spool's own depth and encoding; `x` and `y` say where in the photo they lie. */
export interface Part { rows: Uint8Array | Uint16Array, x: number, y: number, width: number, height: number, channels: 1 | 3, depth: 8 | 16 }

/** @param place inside of the photo, pixels. libvips maps the file: the rest of its rows is never read. */
export async function readPart(spool: Spool, place: Pick<Part, 'x' | 'y' | 'width' | 'height'>): Promise<Part> {
  const { x: left, y: top, width, height } = place
  return { ...place, channels: colours(spool), depth: spool.depth, rows: await rowsOf(spool, pipeline => pipeline.extract({ left, top, width, height })) }
}

/** The whole photo, as `openReduced` makes them smaller. */
export async function readReduced(spool: Spool, scale: 0.25): Promise<Part> {
  const width = Math.max(1, Math.round(spool.width * scale))
  const height = Math.max(1, Math.round(spool.height * scale))
  const rows = await rowsOf(spool, pipeline => pipeline.resize(width, height, { fit: 'fill', kernel: 'lanczos3' }))
  return { rows, x: 0, y: 0, width, height, channels: colours(spool), depth: spool.depth }
}

async function rowsOf({ file, channels, depth }: Spool, treat: (pipeline: Sharp) => Sharp): Promise<Uint8Array | Uint16Array> {
  try {
    const bytes = await treat(openWith(file, { limitInputPixels: false, sequentialRead: false }).removeAlpha())
      .toColourspace(nativeSpace(channels, depth)).raw({ depth: depth === 8 ? 'uchar' : 'ushort' }).toBuffer()
    // A copy of its own begins where 16-bit numbers may.
    return depth === 8 ? bytes : new Uint16Array(Uint8Array.from(bytes).buffer)
  } catch (error) {
    throw decodeFailure(file, error)
  }
}

function colours({ channels }: Spool): 1 | 3 {
  return channels < 3 ? 1 : 3
}
