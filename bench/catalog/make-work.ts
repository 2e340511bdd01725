/** What restill would know of a made-up photo: its blur report, and for some a restoration that was done, is suspect, or failed. */
import { join } from 'node:path'
import type { Catalog } from '../../src/main/studio/catalog/open.ts'
import type { MadePhoto } from './make-photo.ts'
import { pick } from './random.ts'

const kinds = ['sharp', 'shake', 'defocus', 'low-light', 'moving', 'unknown']
const hash = '0'.repeat(64)

/** Inside the caller's transaction. */
export function makeWork(catalog: Catalog, id: number, number: number, { draft, random }: MadePhoto): void {
  const { db } = catalog
  const kind = pick(kinds, random())
  const severity = kind === 'sharp' ? random() * 0.15 : 0.15 + random() * 0.85
  const gain = kind === 'sharp' ? 0.1 * random() : 3 * severity * random()
  if (number % 25 !== 0) {
    db.prepare(`INSERT INTO blur_reports (photo_id, kind, probability, severity, sharpness, gain_db, gain_spread, report, version, created_at)
      VALUES (?, ?, ?, ?, ?, ?, ?, '{}', 1, '')`).run(id, kind, 0.5 + random() / 2, severity, 1 - severity, gain, gain / 3)
  }
  if (number % 40 !== 0) return
  db.prepare(`INSERT OR IGNORE INTO batches (id, request_key, paths, request, preset, created_at) VALUES (1, 'made', '[]', '{}', 'jpeg', '')`).run()
  const state = pick(['done', 'done', 'done', 'failed', 'suspect', 'skipped'], random())
  const { lastInsertRowid: job } = db.prepare(`INSERT INTO jobs (batch_id, photo_id, item_id, source, root, settings, preset, state, position, code, detail, created_at)
    VALUES (1, ?, ?, ?, ?, '{}', '{}', ?, ?, ?, '{}', '')`).run(id, id, draft.path, draft.root, state, number, state === 'failed' ? 'IMAGE_CORRUPT' : null)
  if (state !== 'done' && state !== 'suspect') return
  // The picture of the original stands for that of the result: its hash is where the thumbnail is found.
  db.prepare(`
    INSERT INTO results (job_id, photo_id, file_hash, image_hash, restore_key, work_key, engine, pack, pack_version, pack_hash, controls, strength,
      scale, scale_reason, provider, device, seconds, tiles, guarded, suspect, notices, not_carried, format, width, height, depth, bytes, sha256,
      output, master, copied_from, created_at)
    VALUES (?, ?, ?, ?, '', '', 'nafnet-edge', 'nafnet-edge-mini', '1', '${hash}', '{}', 1, 1, 'asked', 'cpu', 'cpu',
      '{"waiting":0,"decode":0,"survey":0,"infer":1,"blend":0,"encode":0,"total":1}', '{"total":1,"guarded":0,"side":384,"overlap":32}', '[]', ?,
      '[]', '[]', 'jpeg', ?, ?, 8, ?, ?, ?, NULL, NULL, ?)
  `).run(job, id, draft.fileHash, draft.imageHash, state === 'suspect' ? 1 : 0, draft.facts.width, draft.facts.height, draft.bytes, draft.imageHash,
    join(`${draft.folder}-restored`, draft.name), draft.importedAt)
}
