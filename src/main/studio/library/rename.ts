/** New names: of the file on its disk for originals and results, with its own sidecar; of the item alone for virtual copies. */
import { readdirSync } from 'node:fs'
import { basename, dirname, extname, join, parse } from 'node:path'
import { itemOf } from '../../../shared/contract/items.ts'
import { RestillError } from '../../../shared/errors.ts'
import { changeWords } from '../../../shared/messages.en.ts'
import { nameKey } from '../catalog/functions.ts'
import type { Catalog } from '../catalog/open.ts'
import { nameLimitBytes, safeSegment } from '../export/sanitise.ts'
import type { Edit, Journal } from './journal.ts'
import type { Change } from './marks.ts'

/**
 * A name without the file's ending gets it. Undo gives the file its old name back.
 * @throws RestillError ITEM_UNKNOWN, ITEM_BUSY, NAME_INVALID, OUTPUT_EXISTS, FILE_NOT_FOUND, TARGET_READ_ONLY
 */
export function rename(catalog: Catalog, journal: Journal, item: number, wanted: string): Change {
  const { kind, rowId } = itemOf(item)
  const before = catalog.db.prepare<[number], string>('SELECT name FROM texts WHERE item_id = ?').pluck().get(item)
  if (before === undefined) throw new RestillError('ITEM_UNKNOWN')
  const { result, undo } = journal.change((edit) => {
    const name = kind === 'copy' ? wanted.trim() : fileName(before, wanted)
    if (name !== before && kind === 'original') renameOriginal(catalog, edit, rowId, name)
    else if (name !== before && kind === 'result') renameResult(catalog, edit, rowId, name)
    const changed = kind === 'copy' ? edit.update('texts', { item_id: item }, { name, name_key: nameKey(name) }) : name !== before
    return { label: changeWords.renamed(before, name), result: changed ? 1 : 0 }
  })
  return { changed: result, undo }
}

function fileName(before: string, wanted: string): string {
  const extension = extname(before)
  const trimmed = wanted.trim()
  const name = extname(trimmed).toLowerCase() === extension.toLowerCase() ? trimmed : trimmed + extension
  const fault = trimmed === '' ? 'it is empty' : name.startsWith('.') ? 'it begins with a dot, which hides it'
    : safeSegment(name) !== name ? 'it holds characters that not every disk takes'
      : Buffer.byteLength(name) > nameLimitBytes ? 'it is too long' : null
  if (fault !== null) throw new RestillError('NAME_INVALID', { detail: { name: wanted, reason: fault } })
  return name
}

function renameOriginal(catalog: Catalog, edit: Edit, id: number, name: string): void {
  const path = catalog.db.prepare<[number], string>('SELECT path FROM photos WHERE id = ?').pluck().get(id)
  if (path === undefined) throw new RestillError('ITEM_UNKNOWN')
  const jobs = catalog.db.prepare<[number], { id: number, state: string, source: string }>(
    'SELECT id, state, source FROM jobs WHERE photo_id = ?').all(id)
  if (jobs.some(({ state }) => state === 'queued' || state === 'running')) throw new RestillError('ITEM_BUSY', { detail: { file: path } })
  const target = join(dirname(path), name)
  edit.move(path, target)
  for (const [from, to] of sidecarMoves(path, name)) edit.move(from, to)
  edit.update('photos', { id }, { path: target, name })
  // A retry looks for the file there.
  for (const job of jobs) if (job.source === path) edit.update('jobs', { id: job.id }, { source: target })
}

function renameResult(catalog: Catalog, edit: Edit, id: number, name: string): void {
  const path = catalog.db.prepare<[number], string | null>('SELECT output FROM results WHERE id = ?').pluck().get(id)
  if (path === undefined || path === null) throw new RestillError('ITEM_UNKNOWN')
  edit.move(path, join(dirname(path), name))
  edit.update('results', { id }, { output: join(dirname(path), name) })
}

/** The photo's own sidecar goes along, and the one that bears only its stem where no other file shares that. */
function sidecarMoves(path: string, name: string): [from: string, to: string][] {
  const folder = dirname(path)
  const [oldName, oldStem, newStem] = [basename(path), parse(path).name, parse(name).name]
  const names = readdirSync(folder)
  const isSidecar = (entry: string): boolean => extname(entry).toLowerCase() === '.xmp'
  const shared = names.some((entry) => !isSidecar(entry) && entry !== name && parse(entry).name === oldStem)
  return names.filter(isSidecar).flatMap((entry): [string, string][] => {
    const stem = parse(entry).name
    if (stem === oldName) return [[join(folder, entry), join(folder, name + extname(entry))]]
    return stem === oldStem && !shared ? [[join(folder, entry), join(folder, newStem + extname(entry))]] : []
  })
}
