/**
 * How a row of `items` and `texts` follows from a photo or a result, as SQL over a row named `new`: the same text fills the tables once and
 * runs in the triggers. Part of migration 40, never edited after it shipped. Numbers of items: photo id; 1400000000 + result id.
 */

/** First number of the results, as in `itemId`. */
export const firstResult = 1_400_000_000
/** Names of blur kinds and colour labels by their number in the contract. */
const kindNames = ['sharp', 'shake', 'defocus', 'moving', 'low-light']
const labelNames = ['red', 'yellow', 'green', 'blue', 'purple']
const numberOf = (value: string, names: readonly string[]): string =>
  `CASE ${value} ${names.map((name, index) => `WHEN '${name}' THEN ${index + 1}`).join(' ')} ELSE 0 END`

export const kindNumber = (value: string): string => numberOf(value, kindNames)
const labelNumber = (value: string): string => numberOf(`lower(${value})`, labelNames)
/** Milliseconds; an offset that the camera wrote is left out: its own clock counts. */
const cameraClock = (value: string): string => `unixepoch(substr(${value}, 1, 19)) * 1000`
const moment = (value: string): string => `coalesce(CAST(unixepoch(${value}, 'subsec') * 1000 AS INTEGER), 0)`
const side = (name: string): string => `coalesce(new.facts ->> '${name}', 0)`
const wordId = (table: string, column: string): string => `(SELECT id FROM ${table} WHERE name = new.${column})`

/** Bits 1, 2, 4, 8, 64 of `state`: restored, suspect, failed, queued, skipped. */
export const workState = (photo: string): string => `(
  CASE WHEN EXISTS (SELECT 1 FROM jobs WHERE photo_id = ${photo} AND state IN ('queued', 'running')) THEN 8 ELSE 0 END
  | CASE (SELECT state FROM jobs WHERE photo_id = ${photo} AND state IN ('done', 'suspect', 'failed', 'skipped') ORDER BY id DESC LIMIT 1)
    WHEN 'failed' THEN 4 WHEN 'skipped' THEN 64 ELSE 0 END
  | CASE (SELECT suspect FROM results WHERE photo_id = ${photo} AND output IS NOT NULL ORDER BY id DESC LIMIT 1)
    WHEN 0 THEN 1 WHEN 1 THEN 3 ELSE 0 END)`
/** Bits 16 and 32: missing, unreadable. */
export const fileState = `CASE new.state WHEN 'missing' THEN 16 WHEN 'unreadable' THEN 32 ELSE 0 END`

/** What a photo's file says of its item and of the item's copies, by column. */
export const photoColumns: Record<string, string> = {
  version: 'picture_version(new.image_hash)',
  folder_id: '(SELECT id FROM folders WHERE path = new.folder)',
  camera_id: wordId('cameras', 'camera'), lens_id: wordId('lenses', 'lens'),
  shutter_seconds: 'new.shutter_seconds', iso: 'new.iso', captured_ms: cameraClock('new.captured_at'),
  aspect: `CASE WHEN ${side('width')} > 0 AND ${side('height')} > 0 THEN 1.0 * ${side('width')} / ${side('height')} ELSE 1.5 END`,
  megapixels: `${side('width')} * ${side('height')} / 1e6`,
}

export const photoMarks = {
  flag: 'CASE new.rating WHEN -1 THEN 0 ELSE 1 END', stars: 'max(coalesce(new.rating, 0), 0)', label: labelNumber('new.label'),
}

const insert = (table: string, values: Record<string, string>, from: string): string =>
  `INSERT INTO ${table} (${Object.keys(values).join(', ')}) SELECT ${Object.values(values).join(', ')} ${from};`

/**
 * A row for each new value. Not OR IGNORE: inside a trigger that gives way to how the statement outside meets conflicts.
 * @param from '' inside a trigger, `FROM photos AS new` for all
 */
const insertNew = (table: string, key: string, values: Record<string, string>, from: string, where = 'true'): string => `
  INSERT INTO ${table} (${Object.keys(values).join(', ')})
  SELECT ${Object.entries(values).map(([column, value]) => column === key ? value : `min(${value})`).join(', ')}
  ${from === '' ? 'FROM (SELECT 1)' : from}
  WHERE ${where} AND ${values[key] ?? ''} NOT IN (SELECT ${key} FROM ${table}) GROUP BY ${values[key] ?? ''};`

export const wordsOfPhoto = (from: string): string => insertNew('folders', 'path', { path: 'new.folder', root: 'new.root' }, from)
  + insertNew('cameras', 'name', { name: 'new.camera' }, from, 'new.camera IS NOT NULL')
  + insertNew('lenses', 'name', { name: 'new.lens' }, from, 'new.lens IS NOT NULL')

export const itemOfPhoto = (from: string): string => wordsOfPhoto(from) + insert('items', {
  id: 'new.id', photo_id: 'new.id', ...photoColumns, ...photoMarks, state: fileState, added_ms: moment('new.imported_at'),
}, from) + insert('texts', {
  item_id: 'new.id', name: 'new.name', name_key: 'name_key(new.name)', title: 'new.title', caption: 'new.caption', keywords: 'new.keywords',
}, from)

/** Folder of a delivered file; its root is the folder that the batch wrote below. */
export const folderOfResult = (from: string): string => insertNew('folders', 'path', {
  path: 'folder_of(new.output)',
  root: `coalesce((SELECT destination FROM batches JOIN jobs ON jobs.batch_id = batches.id WHERE jobs.id = new.job_id), folder_of(new.output))`,
}, from, 'new.output IS NOT NULL')

const top = 'CASE WHEN o.stack = 0 THEN o.id ELSE o.stack END'

/** A result takes what its original is and bears, and joins its stack at the end. @param from ends with the condition */
export const itemOfResult = (from: string, where: string): string => folderOfResult(from) + insert('items', {
  id: `${firstResult} + new.id`, photo_id: 'new.photo_id', version: 'picture_version(new.sha256)',
  folder_id: '(SELECT id FROM folders WHERE path = folder_of(new.output))',
  stars: 'coalesce(o.stars, 0)', label: 'coalesce(o.label, 0)', state: '1 | (new.suspect * 2)',
  camera_id: 'o.camera_id', lens_id: 'o.lens_id', shutter_seconds: 'o.shutter_seconds', iso: 'o.iso', captured_ms: 'o.captured_ms',
  added_ms: moment('new.created_at'), aspect: '1.0 * new.width / new.height', megapixels: 'new.width * new.height / 1e6',
  stack: `coalesce(${top}, 0)`,
  position: `CASE WHEN o.id IS NULL THEN 0 ELSE 1 + coalesce((SELECT max(position) FROM items WHERE stack = ${top}), 0) END`,
}, `${from === '' ? 'FROM (SELECT 1)' : from} LEFT JOIN items AS o ON o.id = new.photo_id AND o.removed = 0 ${where}`) + insert('texts', {
  item_id: `${firstResult} + new.id`, name: 'name_of(new.output)', name_key: 'name_key(name_of(new.output))',
  title: 't.title', caption: 't.caption', keywords: `coalesce(t.keywords, '[]')`,
}, `${from === '' ? 'FROM (SELECT 1)' : from} LEFT JOIN texts AS t ON t.item_id = new.photo_id ${where}`)
