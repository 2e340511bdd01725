/** Everything the panels say of one item. */
import { z } from 'zod'
import type { Details } from '../../../shared/contract/library.ts'
import { itemId, itemOf } from '../../../shared/contract/items.ts'
import { type ErrorCode, explain, RestillError } from '../../../shared/errors.ts'
import { errorCodes } from '../../../shared/messages.en.ts'
import type { ItemsRepo } from '../catalog/items.repo.ts'
import type { Catalog } from '../catalog/open.ts'
import { unknownFacts, type Photo } from '../catalog/photo.ts'
import type { PhotosRepo } from '../catalog/photos.repo.ts'
import type { Result, ResultsRepo } from '../jobs/results.repo.ts'
import type { ItemPictures } from './pictures.ts'

interface Stores { catalog: Catalog, items: ItemsRepo, photos: PhotosRepo, results: ResultsRepo, pictures: ItemPictures }

/** @throws RestillError ITEM_UNKNOWN */
export async function detailsOf(stores: Stores, id: number): Promise<Details> {
  const { items, photos, results, pictures } = stores
  const item = items.byId(id)
  if (item === null) throw new RestillError('ITEM_UNKNOWN', { detail: { item: id } })
  const { kind, rowId } = itemOf(id)
  const photo = photos.byId(items.photoOf(id) ?? 0)
  const result = kind === 'result' ? results.byId(rowId) : null
  return {
    item, path: items.pathOf(id) ?? '', ...items.textsOf(id),
    bytes: result?.bytes ?? photo?.bytes ?? 0, facts: result === null ? photo?.facts ?? unknownFacts : factsOf(result, photo),
    aperture: photo?.aperture ?? null, focalLength: photo?.focalLength ?? null,
    latitude: photo?.latitude ?? null, longitude: photo?.longitude ?? null, capturedAt: photo?.capturedAt ?? null,
    note: result === null ? photo?.note ?? null : null,
    problem: result === null && photo !== null ? problemOf(stores, id, photo) : null,
    histogram: await pictures.histogram(id).catch(() => null),
    made: result === null ? null : madeOf(result),
  }
}

function factsOf({ made }: Result, photo: Photo | null): Details['facts'] {
  const { format, width, height, depth } = made.output
  return { ...photo?.facts ?? unknownFacts, kind: 'photo', format, width, height, depth, orientation: 1 }
}

function madeOf({ made, photoId, notCarried }: Result): Details['made'] {
  return {
    source: photoId === null ? null : itemId('original', photoId), engine: made.engine, pack: made.pack,
    device: made.device === '' || made.device === made.provider ? made.provider : `${made.provider} (${made.device})`,
    seconds: made.seconds.total, scale: made.scale, strength: made.strength, controls: made.controls,
    notices: made.notices.map(({ text }) => text), notCarried, suspectTiles: made.tiles.guarded, figures: made.figures,
  }
}

const failedJob = z.object({ code: z.string().nullable(), detail: z.string().nullable() })
const detailSchema = z.record(z.string(), z.union([z.string(), z.number(), z.boolean(), z.null()]))

/** Why the file cannot be used, or why its last restoration failed. */
function problemOf({ catalog }: Stores, item: number, photo: Photo): Details['problem'] {
  if (photo.state === 'missing') return words('FILE_NOT_FOUND', { file: photo.path })
  if (photo.error !== null) return words(photo.error.code, photo.error.detail)
  const last = catalog.db.prepare(`SELECT state, code, detail FROM jobs
    WHERE item_id = ? AND state IN ('done', 'suspect', 'failed', 'skipped') ORDER BY id DESC LIMIT 1`).get(item)
  const job = failedJob.extend({ state: z.string() }).safeParse(last)
  if (!job.success || job.data.state !== 'failed' || job.data.code === null) return null
  return words(job.data.code, job.data.detail === null ? {} : detailSchema.parse(JSON.parse(job.data.detail)))
}

function words(code: string, detail: RestillError['detail']): Details['problem'] {
  const known = errorCodes.find((one): one is ErrorCode => one === code) ?? 'INTERNAL'
  const { message, hint } = explain(new RestillError(known, { detail }))
  return { message, hint }
}
