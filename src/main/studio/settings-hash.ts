/** Keys that say "the same work": what tells whether a stored result is the one that a job would make. */
import { createHash } from 'node:crypto'
import type { ImageFacts } from '../../shared/guest.ts'
import type { ExportPreset } from '../../shared/presets.ts'
import type { JobSettings } from './jobs/settings.ts'

/** JSON with sorted keys, so that equal values give equal text. */
export function canonical(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`
  if (value === undefined) return 'null'
  if (typeof value !== 'object' || value === null) return JSON.stringify(value)
  const entries = Object.entries(value).filter(([, each]) => each !== undefined).sort(([a], [b]) => (a < b ? -1 : 1))
  return `{${entries.map(([key, each]) => `${JSON.stringify(key)}:${canonical(each)}`).join(',')}}`
}

export function hashOf(value: unknown): string {
  return createHash('sha256').update(canonical(value)).digest('hex')
}

/**
 * `restoreKey`: same pixels in, same network, same controls. `workKey`: and the same encoding and metadata choice, so the same file out.
 * Orientation and profile are part of the pixels that a network sees but not of the image hash. Device and tile side are left out:
 * they change a result by less than its pack's stated tolerance.
 */
export function workKeys(
  imageHash: string, facts: ImageFacts, settings: JobSettings, preset: ExportPreset,
): { restoreKey: string, workKey: string } {
  const restoreKey = restoreKeyOf(imageHash, facts, settings)
  const mask = settings.mask === null ? {} : { mask: settings.mask }
  const trust = settings.trust ? { trust: true } : {}
  const workKey = hashOf({ restoreKey, strength: settings.strength, ...mask, ...trust, encode: preset.encode, metadata: preset.metadata })
  return { restoreKey, workKey }
}

/** See `workKeys`. */
export function restoreKeyOf(
  imageHash: string, { orientation, profile }: ImageFacts,
  { engine, packHash, controls, scale }: Pick<JobSettings, 'engine' | 'packHash' | 'controls' | 'scale'>,
): string {
  return hashOf({ imageHash, orientation, profile, engine, packHash, controls, scale })
}
