/** What import needs of a file, in one read: facts, both hashes, thumbnails. Nothing is decoded in full where less will do. */
import type { Identified, ImageFacts } from '../../shared/guest.ts'
import { throwIfAborted, untilAborted } from './abort.ts'
import { damageNotice, decode, openWith, type SharpInput } from './decode.ts'
import { embeddedPreview } from './embedded-preview.ts'
import { hashFile } from './hash.ts'
import { readHeader, type Header } from './header.ts'
import { readProfile } from './icc.ts'
import { orient } from './orient.ts'
import { openSource, type ByteSource } from './source.ts'

interface Made { thumbnails: Identified['thumbnails'], complaint: string | null }

const quality = 80

/**
 * @param edges long sides of the thumbnails in pixels; pictures smaller than that keep their size
 * @returns no thumbnails for HEIC, whose pixels cannot be opened
 * @throws RestillError FILE_*, IMAGE_*, RAW_WITHOUT_PREVIEW, CANCELLED
 */
export async function identify(file: string, edges: readonly number[], signal: AbortSignal): Promise<Identified> {
  throwIfAborted(signal)
  const source = await openSource(file)
  try {
    const header = await readHeader(source)
    const drawn = header.facts.kind === 'heic' || edges.length === 0
      ? Promise.resolve({ thumbnails: [], complaint: null }) : untilAborted(signal, thumbnails(source, header, edges))
    const [{ thumbnails: made, complaint }, hashes] = await Promise.all([drawn, hashFile(source)])
    const notices = [...header.notices, ...damageNotice(complaint)]
    return { facts: header.facts, bytes: source.size, ...hashes, notices, thumbnails: made }
  } finally {
    source.close()
  }
}

/** One picture of the file, long side at most `longEdge` pixels; null for HEIC. @throws as `identify` */
export async function smallPicture(file: string, longEdge: number, signal: AbortSignal): Promise<Identified['thumbnails'][number] | null> {
  throwIfAborted(signal)
  const source = await openSource(file)
  try {
    const header = await readHeader(source)
    if (header.facts.kind === 'heic') return null
    const { thumbnails: [made] } = await untilAborted(signal, thumbnails(source, header, [longEdge]))
    return made ?? null
  } finally {
    source.close()
  }
}

async function thumbnails(source: ByteSource, header: Header, edges: readonly number[]): Promise<Made> {
  const largest = Math.max(...edges)
  const isPlain = header.conversion === 'none' && (header.icc === null || isSrgb(header.icc))
  const preview = isPlain && header.facts.format === 'jpeg' ? embeddedPreview(source, header.facts, largest) : null
  if (preview !== null) {
    const made = await shrink(source.file, preview, null, header.facts, edges).catch(() => null)
    if (made !== null) return made
  }
  return shrink(source.file, header.input, header.sealed, header.facts, edges)
}

/** The largest thumbnail comes from the file, the smaller ones from it. */
async function shrink(
  file: string, input: SharpInput, sealed: Header['sealed'] | null, facts: ImageFacts, edges: readonly number[],
): Promise<Made> {
  const largest = Math.max(...edges)
  const { value, complaint } = await decode(file, input, (open) => {
    let pipeline = open({ ignoreIcc: false })
    // A 16-bit pipeline would go to Display P3 and stay there under an sRGB name.
    if (facts.depth === 16) pipeline = pipeline.pipelineColourspace('srgb')
    pipeline = pipeline.resize(largest, largest, { fit: 'inside', withoutEnlargement: true, fastShrinkOnLoad: true })
    pipeline = orient(pipeline.flatten({ background: '#ffffff' }), facts.orientation).toColourspace('srgb')
    return (edges.length === 1 ? pipeline.jpeg({ quality }) : pipeline.raw()).toBuffer({ resolveWithObject: true })
  }, sealed)
  const { data, info } = value
  if (edges.length === 1) return { thumbnails: [{ longEdge: largest, width: info.width, height: info.height, jpeg: data }], complaint }
  const raw = { width: info.width, height: info.height, channels: info.channels }
  const made = await Promise.all(edges.map(async (longEdge) => {
    const small = await openWith(data, { raw }).resize(longEdge, longEdge, { fit: 'inside', withoutEnlargement: true })
      .jpeg({ quality }).toBuffer({ resolveWithObject: true })
    return { longEdge, width: small.info.width, height: small.info.height, jpeg: small.data }
  }))
  return { thumbnails: made, complaint }
}

function isSrgb(icc: Buffer): boolean {
  return /\bsRGB\b/i.test(readProfile(icc)?.name ?? '')
}
