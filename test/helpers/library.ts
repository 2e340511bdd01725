/** A real catalog with photos that no guest read: for tests of what the library does with them. */
import { join } from 'node:path'
import { onTestFinished } from 'vitest'
import { itemId } from '../../src/shared/contract/items.ts'
import { openCatalog, type Catalog } from '../../src/main/studio/catalog/open.ts'
import { type PhotoDraft, unknownFacts } from '../../src/main/studio/catalog/photo.ts'
import { PhotosRepo } from '../../src/main/studio/catalog/photos.repo.ts'
import { tempFolder } from './temp.ts'

export async function tempCatalog(): Promise<{ catalog: Catalog, photos: PhotosRepo, folder: string }> {
  const folder = await tempFolder()
  const catalog = openCatalog(join(folder, 'catalog.sqlite'))
  onTestFinished(() => { catalog.close() })
  return { catalog, photos: new PhotosRepo(catalog), folder }
}

export function draft(path: string, more: Partial<PhotoDraft> = {}): PhotoDraft {
  const at = path.lastIndexOf('/')
  const folder = path.slice(0, at)
  return {
    path, folder, name: path.slice(at + 1), root: folder, fileHash: 'f', imageHash: '00000ab', bytes: 1, modifiedMs: 2, sidecars: '',
    facts: { ...unknownFacts, width: 300, height: 200 }, capturedAt: null, camera: null, lens: null, iso: null, shutterSeconds: null,
    aperture: null, focalLength: null, latitude: null, longitude: null, rating: null, label: null, title: null, caption: null, keywords: [],
    state: 'present', error: null, note: null, importedAt: '2026-01-01T00:00:00.000Z', ...more,
  }
}

/** A delivered result of a photo, with the batch and the job it came from. Returns its item. */
export function deliverResult(catalog: Catalog, photo: number, output: string, more: { suspect?: boolean, destination?: string } = {}): number {
  const { db } = catalog
  const row = catalog.write(() => {
    const batch = db.prepare(`INSERT INTO batches (request_key, paths, request, preset, destination, created_at) VALUES ('k', '[]', '{}', 'p', ?, '')`)
      .run(more.destination ?? null).lastInsertRowid
    const job = addJob(catalog, photo, more.suspect === true ? 'suspect' : 'done', Number(batch))
    return Number(db.prepare(`
      INSERT INTO results (job_id, photo_id, file_hash, image_hash, restore_key, work_key, engine, pack, pack_version, pack_hash, controls, strength,
        scale, scale_reason, provider, device, seconds, tiles, guarded, suspect, notices, not_carried, format, width, height, depth, bytes, sha256,
        output, master, copied_from, created_at)
      VALUES (?, ?, 'f', 'i', 'r', 'w', 'nafnet-edge', 'mini', '1', ?, '{"steps":2}', 0.8, 1, 'asked', 'cpu', 'cpu', ?, ?, '[]', ?,
        '[{"code":"A","text":"a notice"}]', '["MakerNotes"]', 'jpeg', 600, 400, 8, 77, ?, ?, NULL, NULL, '2026-02-01T00:00:00.000Z')
    `).run(job, photo, '0'.repeat(64), JSON.stringify({ waiting: 0, decode: 0, survey: 0, infer: 1, blend: 0, encode: 0, total: 1.5 }),
      JSON.stringify({ total: 4, guarded: more.suspect === true ? 1 : 0, side: 384, overlap: 32 }), more.suspect === true ? 1 : 0,
      'abc1234'.padEnd(64, '0'), output).lastInsertRowid)
  })
  return itemId('result', row)
}

/** Returns the row id of the job. */
export function addJob(catalog: Catalog, photo: number, state: string, batch?: number): number {
  const { db } = catalog
  return catalog.write(() => {
    const of = batch ?? Number(db.prepare(`INSERT INTO batches (request_key, paths, request, preset, created_at) VALUES ('k', '[]', '{}', 'p', '')`).run().lastInsertRowid)
    return Number(db.prepare(`INSERT INTO jobs (batch_id, photo_id, item_id, source, root, settings, preset, state, owner, position, code, detail, created_at)
      VALUES (?, ?, ?, (SELECT path FROM photos WHERE id = ?), '/', '{}', '{}', ?, ?, 1, ?, ?, '')`)
      .run(of, photo, photo, photo, state, state === 'running' ? 'somebody' : null, state === 'failed' ? 'IMAGE_CORRUPT' : null,
        state === 'failed' ? '{"file":"/p/a.jpg","reason":"it is grey"}' : null).lastInsertRowid)
  })
}
