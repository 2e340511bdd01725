/** Triggers of migration 40: rows of `items` and `texts` follow photos, results, jobs and blur reports; every change is counted. */
import {
  fileState, firstResult, folderOfResult, itemOfPhoto, itemOfResult, kindNumber, photoColumns, photoMarks, wordsOfPhoto, workState,
} from './0040-library-rows.ts'

const set = (values: Record<string, string>): string => Object.entries(values).map(([column, value]) => `${column} = ${value}`).join(', ')
const sameRow = (names: readonly string[]): string =>
  `(${names.map((name) => `old.${name}`).join(', ')}) IS NOT (${names.map((name) => `new.${name}`).join(', ')})`

/** Of a photo: what its item and the item's copies show. */
const shown = ['folder', 'image_hash', 'facts', 'captured_at', 'camera', 'lens', 'iso', 'shutter_seconds', 'state']
const said = ['name', 'title', 'caption', 'keywords']
const visible = [
  'photo_id', 'version', 'folder_id', 'flag', 'stars', 'label', 'kind', 'severity', 'gain', 'state', 'camera_id', 'lens_id', 'shutter_seconds',
  'iso', 'captured_ms', 'aspect', 'megapixels', 'stack', 'position', 'removed',
]
const fileSays = (column: string): string => `${column} = CASE WHEN old.${column} IS NOT new.${column} THEN new.${column} ELSE ${column} END`
const count = 'UPDATE library_state SET revision = revision + 1;'
const countTree = 'UPDATE library_state SET revision = revision + 1, tree_revision = tree_revision + 1;'
const stamp = (item: string): string => `UPDATE items SET revision = (SELECT revision FROM library_state) WHERE id = ${item};`
const work = (photo: string): string => `UPDATE items SET state = (state & ~79) | ${workState(photo)} WHERE id = ${photo};`
const blur = (row: string): string => `
  UPDATE items SET kind = ${kindNumber(`${row}.kind`)}, severity = ${row}.severity, gain = ${row}.gain_db
  WHERE photo_id = ${row}.photo_id AND id < ${firstResult};`
const indexText = `
  INSERT INTO items_text (rowid, name, title, caption, keywords)
  VALUES (new.item_id, new.name, new.title, new.caption, (SELECT group_concat(value, char(10)) FROM json_each(new.keywords)));`

const ofPhotos = `
  CREATE TRIGGER photos_item_insert AFTER INSERT ON photos BEGIN ${itemOfPhoto('')} END;
  CREATE TRIGGER photos_item_update AFTER UPDATE ON photos WHEN ${sameRow(shown)} BEGIN
    ${wordsOfPhoto('')}
    UPDATE items SET ${set({ ...photoColumns, state: `(state & ~48) | ${fileState}` })} WHERE photo_id = new.id AND id < ${firstResult};
  END;
  -- A person's marks and words stay until the file itself says something else than before.
  CREATE TRIGGER photos_item_rating AFTER UPDATE OF rating ON photos WHEN old.rating IS NOT new.rating BEGIN
    UPDATE items SET stars = ${photoMarks.stars}, flag = CASE WHEN new.rating = -1 THEN 0 WHEN old.rating = -1 THEN 1 ELSE flag END
    WHERE id = new.id;
  END;
  CREATE TRIGGER photos_item_label AFTER UPDATE OF label ON photos WHEN old.label IS NOT new.label BEGIN
    UPDATE items SET label = ${photoMarks.label} WHERE id = new.id;
  END;
  CREATE TRIGGER photos_item_words AFTER UPDATE ON photos WHEN ${sameRow(said)} BEGIN
    UPDATE texts SET name = new.name, name_key = name_key(new.name), ${said.slice(1).map(fileSays).join(', ')} WHERE item_id = new.id;
  END;
  CREATE TRIGGER photos_item_delete AFTER DELETE ON photos BEGIN
    DELETE FROM items WHERE photo_id = old.id AND id < ${firstResult};
    UPDATE items SET photo_id = NULL WHERE photo_id = old.id;
  END;
`
const ofWork = `
  CREATE TRIGGER results_item_insert AFTER INSERT ON results WHEN new.output IS NOT NULL BEGIN
    ${itemOfResult('', '')}
    UPDATE items SET stack = id, position = 0 WHERE id = new.photo_id AND stack = 0 AND removed = 0;
    ${work('new.photo_id')}
  END;
  CREATE TRIGGER results_item_deliver AFTER UPDATE OF output ON results WHEN old.output IS NULL AND new.output IS NOT NULL BEGIN
    ${itemOfResult('', '')}
    UPDATE items SET stack = id, position = 0 WHERE id = new.photo_id AND stack = 0 AND removed = 0;
    ${work('new.photo_id')}
  END;
  CREATE TRIGGER results_item_rename AFTER UPDATE OF output ON results WHEN old.output <> new.output BEGIN
    ${folderOfResult('')}
    UPDATE items SET folder_id = (SELECT id FROM folders WHERE path = folder_of(new.output)) WHERE id = ${firstResult} + new.id;
    UPDATE texts SET name = name_of(new.output), name_key = name_key(name_of(new.output)) WHERE item_id = ${firstResult} + new.id;
  END;
  CREATE TRIGGER results_item_withdraw AFTER UPDATE OF output ON results WHEN old.output IS NOT NULL AND new.output IS NULL BEGIN
    DELETE FROM items WHERE id = ${firstResult} + new.id;
    ${work('new.photo_id')}
  END;
  CREATE TRIGGER results_item_delete AFTER DELETE ON results BEGIN
    DELETE FROM items WHERE id = ${firstResult} + old.id;
    ${work('old.photo_id')}
  END;
  CREATE TRIGGER jobs_item_insert AFTER INSERT ON jobs WHEN new.photo_id IS NOT NULL BEGIN ${work('new.photo_id')} END;
  CREATE TRIGGER jobs_item_update AFTER UPDATE OF state ON jobs WHEN new.photo_id IS NOT NULL AND old.state <> new.state BEGIN
    ${work('new.photo_id')}
  END;
  CREATE TRIGGER jobs_item_delete AFTER DELETE ON jobs WHEN old.photo_id IS NOT NULL BEGIN ${work('old.photo_id')} END;
  CREATE TRIGGER blur_item_insert AFTER INSERT ON blur_reports BEGIN ${blur('new')} END;
  CREATE TRIGGER blur_item_update AFTER UPDATE ON blur_reports BEGIN ${blur('new')} END;
  CREATE TRIGGER blur_item_delete AFTER DELETE ON blur_reports BEGIN
    UPDATE items SET kind = 0, severity = NULL, gain = NULL WHERE photo_id = old.photo_id AND id < ${firstResult};
  END;
`
const ofItems = `
  CREATE TRIGGER items_insert AFTER INSERT ON items BEGIN
    ${countTree} ${stamp('new.id')}
    DELETE FROM gone_items WHERE id = new.id;
  END;
  CREATE TRIGGER items_update AFTER UPDATE OF ${visible.join(', ')} ON items WHEN ${sameRow(visible)} BEGIN ${count} ${stamp('new.id')} END;
  CREATE TRIGGER items_remove AFTER UPDATE OF removed, folder_id, state ON items
  WHEN ${sameRow(['removed', 'folder_id'])} OR (old.state & 16) <> (new.state & 16) BEGIN ${countTree} END;
  CREATE TRIGGER items_delete AFTER DELETE ON items BEGIN
    ${countTree}
    DELETE FROM gone_items WHERE id = old.id;
    INSERT INTO gone_items (id, revision) SELECT old.id, revision FROM library_state;
    DELETE FROM texts WHERE item_id = old.id;
    DELETE FROM collection_items WHERE item_id = old.id;
    -- One that is left alone is no stack; else those behind move up, and the first of them is the new top.
    UPDATE items SET stack = 0, position = 0
      WHERE old.stack <> 0 AND stack = old.stack AND (SELECT count(*) FROM items WHERE stack = old.stack) = 1;
    UPDATE items SET position = position - 1 WHERE old.stack <> 0 AND stack = old.stack AND position > old.position;
    UPDATE items SET stack = (SELECT id FROM items WHERE stack = old.stack AND position = 0)
      WHERE old.stack = old.id AND stack = old.stack;
  END;
  CREATE TRIGGER texts_insert AFTER INSERT ON texts BEGIN ${indexText} END;
  CREATE TRIGGER texts_update AFTER UPDATE OF name, title, caption, keywords ON texts WHEN ${sameRow(said)} BEGIN
    DELETE FROM items_text WHERE rowid = old.item_id; ${indexText} ${count} ${stamp('new.item_id')}
  END;
  CREATE TRIGGER texts_rename AFTER UPDATE OF name ON texts WHEN old.name <> new.name BEGIN ${countTree} END;
  CREATE TRIGGER texts_delete AFTER DELETE ON texts BEGIN DELETE FROM items_text WHERE rowid = old.item_id; END;
`
const ofTree = ['folders', 'cameras', 'lenses', 'collections', 'collection_items'].flatMap((table) => ['INSERT', 'UPDATE', 'DELETE'].map((event) => `
  CREATE TRIGGER ${table}_${event.toLowerCase()} AFTER ${event} ON ${table} BEGIN ${countTree} END;`)).join('')

export const libraryTriggers = ofPhotos + ofWork + ofItems + ofTree
