/** Turns items of the library, each with its own settings, into batches. */
import type { DevelopSettings } from '../../../shared/contract/develop.ts'
import { isGenerative } from '../../../shared/descriptor.ts'
import type { ProviderName } from '../../../shared/guest.ts'
import type { ExportPreset } from '../../../shared/presets.ts'
import { type CaptionParts, withCaption } from '../captions/fill.ts'
import type { Photo } from '../catalog/photo.ts'
import { destinationRoot } from '../export/destination.ts'
import type { NewJob } from '../jobs/jobs.repo.ts'
import type { JobParts } from '../jobs/parts.ts'
import type { JobSettings } from '../jobs/settings.ts'
import type { Chosen } from '../packs.ts'
import { draft, enqueue, type Found, type PlanRequest } from '../plan.ts'
import { hashOf } from '../settings-hash.ts'
import { type AutoParts, chooseForPhotos, leavesChoice } from '../triage/choose.ts'

/** Long side of the report's before and after pictures, pixels. */
const comparisonEdge = 1024

/** One photo to be made, and how; `copy` is the virtual copy of it that is meant. */
export interface Wanted { photo: Photo, copy?: number | null, settings: JobSettings }

interface Order { preset: ExportPreset, outRoot: string | null, kind: 'restore' | 'export' | 'watch', title: string }

interface JobOptions { providers: ProviderName[], keepMaster: boolean, copySkipped: boolean }

/**
 * What these settings mean for each of the photos, in their order: where the choice is left open, Auto decides for each.
 * @throws RestillError ENGINE_UNKNOWN, PACK_*, CONTROL_*
 */
export async function jobSettingsFor(parts: AutoParts & CaptionParts, photos: readonly Photo[], settings: DevelopSettings, options: JobOptions): Promise<JobSettings[]> {
  if (leavesChoice(settings)) {
    const choices = await chooseForPhotos(parts, photos, settings)
    return photos.map(({ id }) => {
      const { chosen, scale, leave, reason } = choices.get(id)!
      return settingsOf(chosen, { ...settings, scale }, options, { leave, reason })
    })
  }
  const chosen = await parts.choose({
    engine: settings.engine, controls: settings.controls, ...(settings.pack === null ? {} : { pack: settings.pack }),
  })
  return photos.map((photo) => settingsOf(withCaption(parts, chosen, settings.controls, photo), settings, options, null))
}

function settingsOf({ descriptor, pack, controls }: Chosen, settings: DevelopSettings, options: JobOptions, auto: JobSettings['auto']): JobSettings {
  return {
    engine: descriptor.id, pack: pack.id, packHash: pack.hash, generative: isGenerative(descriptor, controls), controls,
    strength: settings.strength, scale: settings.scale, mask: settings.mask, providers: options.providers, tile: null,
    keepMaster: options.keepMaster, fresh: false, copySkipped: options.copySkipped, trust: false, comparisonEdge, auto,
  }
}

/**
 * One photo has one job in a batch: versions of the same photo go to further batches.
 * @param into a batch to add to
 * @returns the batches, first the one that was asked for
 */
export async function enqueueItems(parts: JobParts, wanted: readonly Wanted[], order: Order, into: number | null): Promise<number[]> {
  const batches: number[] = []
  for (const layer of layersOf(wanted)) {
    const first = layer[0]
    if (first === undefined) continue
    const destination = destinationRoot(order.preset, first.photo.root, order.outRoot)
    const paths = layer.map(({ photo }) => photo.path)
    const batch = { requestKey: hashOf({ items: layer.map(({ photo, settings }) => [photo.path, settings]), order }), paths, request: order, destination }
    let batchId = batches.length === 0 ? into : null
    for (const group of bySettings(layer)) {
      const found = { photos: group.photos, failed: [] }
      batchId = await enqueue(parts, found, planOf(group.settings, order), batch, batchId)
    }
    if (batchId !== null) batches.push(batchId)
  }
  return batches
}

/** What would be made; nothing is written. */
export function draftItems(parts: JobParts, wanted: readonly Wanted[], order: Order): NewJob[] {
  const jobs: NewJob[] = []
  for (const { settings, photos } of bySettings(wanted)) {
    const found = { photos, failed: [] }
    jobs.push(...draft(parts, found, planOf(settings, order), jobs.length + 1))
  }
  return jobs
}

/** In a window nobody types names: a second version gets its own, and what is there already with the same settings is not made again. */
function planOf(settings: JobSettings, { preset, outRoot }: Order): PlanRequest {
  const collision = preset.collision === 'skip' ? 'unique' : preset.collision
  return { settings, preset: { ...preset, collision }, outRoot, resume: true }
}

function layersOf(wanted: readonly Wanted[]): Wanted[][] {
  const layers: { seen: Set<string>, wanted: Wanted[] }[] = []
  for (const each of wanted) {
    let layer = layers.find(({ seen }) => !seen.has(each.photo.path))
    if (layer === undefined) {
      layer = { seen: new Set(), wanted: [] }
      layers.push(layer)
    }
    layer.seen.add(each.photo.path)
    layer.wanted.push(each)
  }
  return layers.map((layer) => layer.wanted)
}

function bySettings(wanted: readonly Wanted[]): { settings: JobSettings, photos: Found['photos'] }[] {
  const groups = new Map<string, { settings: JobSettings, photos: Found['photos'] }>()
  for (const { photo, copy = null, settings } of wanted) {
    const key = hashOf(settings)
    const group = groups.get(key) ?? { settings, photos: [] }
    groups.set(key, group)
    group.photos.push({ photo, root: photo.root, copy })
  }
  return [...groups.values()]
}
