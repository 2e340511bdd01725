/** Opens a photo: decodes it once, upright, into a spool file, with its own encoded values; its profile travels beside it. */
import { rm } from 'node:fs/promises'
import type { Sharp } from 'sharp'
import { RestillError } from '../../shared/errors.ts'
import type { ImageFacts, Notice } from '../../shared/guest.ts'
import { throwIfAborted, untilAborted } from './abort.ts'
import { damageNotice, decode, nativeSpace, openWith } from './decode.ts'
import { readHeader, type Conversion, type Header } from './header.ts'
import { orient } from './orient.ts'
import { profileBytes, profileFile, profileName, type ColourSpace } from './profiles.ts'
import { openSource } from './source.ts'
import { openSpool, spoolPath, type Spool } from './spool.ts'

export interface OpenPhoto {
  readonly facts: ImageFacts
  /** Colour channels, then alpha if any; upright; the photo's own encoded values in its own depth. */
  readonly spool: Spool
  /** Profile of the spool's values, to be put into the result byte for byte; null for untagged photos. */
  readonly icc: Uint8Array | null
  readonly notices: Notice[]
  /** Removes the spool file. */
  dispose(): Promise<void>
}

/**
 * @param options.folder where spool files go; made when missing
 * @throws RestillError FILE_*, IMAGE_*, RAW_WITHOUT_PREVIEW, HEIC_NOT_SUPPORTED, DISK_FULL, CANCELLED
 */
export async function openPhoto(file: string, options: { folder: string, signal: AbortSignal }): Promise<OpenPhoto> {
  const { folder, signal } = options
  throwIfAborted(signal)
  const source = await openSource(file)
  try {
    const header = await readHeader(source)
    if (header.facts.kind === 'heic') throw new RestillError('HEIC_NOT_SUPPORTED', { detail: { file } })
    const target = await targetOf(header, folder)
    const decoded = await spoolPath(folder)
    const { value: spool, complaint } = await decode(file, header.input, async (open) => {
      const pipeline = convert(open(), header, target)
      return untilAborted(signal, writeSpool(pipeline, decoded, header, folder), (late) => late.dispose())
    }, header.sealed).catch(async (error: unknown) => {
      await rm(decoded, { force: true }).catch(() => undefined)
      const isFull = error instanceof RestillError && error.code === 'DISK_FULL'
      throw isFull ? new RestillError('DISK_FULL', { detail: { file: folder }, cause: error }) : error
    })
    const notices = [...header.notices, ...conversionNotice(header, target), ...damageNotice(complaint)]
    const icc = target === null ? header.icc : profileBytes(target.space)
    return { facts: { ...header.facts, alpha: spool.channels % 2 === 0 }, spool, icc, notices, dispose: () => spool.dispose() }
  } finally {
    source.close()
  }
}

interface Target { space: ColourSpace, profile: string | null }

/** Where a source that is not display-encoded RGB or grey goes. */
async function targetOf(header: Header, folder: string): Promise<Target | null> {
  const byConversion: Record<Conversion, ColourSpace | null> = {
    'none': null, 'cmyk': 'display-p3', 'cmyk-untagged': 'srgb', 'lab': 'srgb',
    'profile': header.facts.depth === 16 ? 'wide' : 'display-p3',
  }
  const space = byConversion[header.conversion]
  if (space === null) return null
  const byProfile = header.conversion === 'cmyk' || header.conversion === 'profile'
  return { space, profile: byProfile ? await profileFile(folder, space) : null }
}

function convert(pipeline: Sharp, header: Header, target: Target | null): Sharp {
  if (header.conversion === 'cmyk') pipeline = pipeline.pipelineColourspace('cmyk').toColourspace('cmyk')
  else pipeline = pipeline.toColourspace(encodedSpace(header))
  // Half a step, since the way back to integers cuts off.
  if (header.gain !== 1) pipeline = pipeline.linear(header.gain, 0.5)
  return target === null || target.profile === null ? pipeline : pipeline.withIccProfile(target.profile, { attach: false })
}

/**
 * Writes the `.v` file; a turned photo is first written as it lies in the file, then turned from disk, since turning needs all rows and
 * memory must not hold them.
 */
async function writeSpool(pipeline: Sharp, file: string, header: Header, folder: string): Promise<Spool> {
  await pipeline.toFile(file)
  const { orientation } = header.facts
  if (orientation === 1) return openSpool(file)
  const turned = await spoolPath(folder)
  try {
    await orient(openWith(file, { sequentialRead: false }), orientation).toColourspace(encodedSpace(header)).toFile(turned)
    return await openSpool(turned)
  } catch (error) {
    await rm(turned, { force: true })
    throw error
  } finally {
    await rm(file, { force: true })
  }
}

/** sharp's name for the spool's values. CMYK comes out of lcms at 8 bits. */
function encodedSpace(header: Header): 'b-w' | 'grey16' | 'srgb' | 'rgb16' {
  const { depth, channels } = header.facts
  if (header.conversion.startsWith('cmyk')) return 'srgb'
  return nativeSpace(channels, depth)
}

function conversionNotice(header: Header, target: Target | null): Notice[] {
  if (target === null) return []
  const { conversion, facts } = header
  const from = conversion === 'profile' ? `the profile "${facts.profile ?? ''}"` : conversion === 'lab' ? 'Lab' : 'CMYK'
  const reduced = facts.depth === 16 && conversion.startsWith('cmyk') ? ' at 8 bits per channel' : ''
  return [{ code: 'COLOUR_CONVERTED', text: `The photo was converted from ${from} to ${profileName(target.space)}${reduced}.` }]
}
