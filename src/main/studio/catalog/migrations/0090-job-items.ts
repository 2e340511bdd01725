import { firstResult, itemOfResult } from './0040-library-rows.ts'
import type { Migration } from './migration.ts'

/** Bits 1, 2, 4, 8, 64 of an item's `state`, as in migration 40, but of its own jobs: restored, suspect, failed, queued, skipped. */
const workState = (item: string): string => `(
  CASE WHEN EXISTS (SELECT 1 FROM jobs WHERE item_id = ${item} AND state IN ('queued', 'running')) THEN 8 ELSE 0 END
  | CASE (SELECT state FROM jobs WHERE item_id = ${item} AND state IN ('done', 'suspect', 'failed', 'skipped') ORDER BY id DESC LIMIT 1)
    WHEN 'failed' THEN 4 WHEN 'skipped' THEN 64 ELSE 0 END
  | CASE (SELECT suspect FROM results JOIN jobs ON jobs.id = job_id WHERE item_id = ${item} AND output IS NOT NULL ORDER BY results.id DESC LIMIT 1)
    WHEN 0 THEN 1 WHEN 1 THEN 3 ELSE 0 END)`
const work = (item: string): string => `UPDATE items SET state = (state & ~79) | ${workState(item)} WHERE id = ${item};`
const workOfJob = (job: string): string => work(`(SELECT item_id FROM jobs WHERE jobs.id = ${job})`)

const delivered = `
  ${itemOfResult('', '')}
  UPDATE items SET stack = id, position = 0 WHERE id = new.photo_id AND stack = 0 AND removed = 0;
  ${workOfJob('new.job_id')}`

/**
 * A job knows the item that it was asked for, a photo or one of its virtual copies: the badge stands there. Triggers of migration 40 that told the photo
 * about its copies' work are made anew.
 */
export const jobItems: Migration = {
  version: 90,
  name: 'job-items',
  up(db) {
    db.exec(`
      ALTER TABLE jobs ADD COLUMN item_id INTEGER REFERENCES items (id) ON DELETE SET NULL;
      CREATE INDEX jobs_by_item ON jobs (item_id, id);
      UPDATE jobs SET item_id = photo_id WHERE photo_id IN (SELECT id FROM items);

      ${['results_item_insert', 'results_item_deliver', 'results_item_withdraw', 'results_item_delete', 'jobs_item_insert', 'jobs_item_update', 'jobs_item_delete']
        .map((name) => `DROP TRIGGER ${name};`).join(' ')}
      CREATE TRIGGER results_item_insert AFTER INSERT ON results WHEN new.output IS NOT NULL BEGIN ${delivered} END;
      CREATE TRIGGER results_item_deliver AFTER UPDATE OF output ON results WHEN old.output IS NULL AND new.output IS NOT NULL BEGIN ${delivered} END;
      CREATE TRIGGER results_item_withdraw AFTER UPDATE OF output ON results WHEN old.output IS NOT NULL AND new.output IS NULL BEGIN
        DELETE FROM items WHERE id = ${firstResult} + new.id;
        ${workOfJob('new.job_id')}
      END;
      CREATE TRIGGER results_item_delete AFTER DELETE ON results BEGIN
        DELETE FROM items WHERE id = ${firstResult} + old.id;
        ${workOfJob('old.job_id')}
      END;
      CREATE TRIGGER jobs_item_insert AFTER INSERT ON jobs WHEN new.item_id IS NOT NULL BEGIN ${work('new.item_id')} END;
      CREATE TRIGGER jobs_item_update AFTER UPDATE OF state, item_id ON jobs WHEN (old.state, old.item_id) IS NOT (new.state, new.item_id) BEGIN
        ${work('old.item_id')} ${work('new.item_id')}
      END;
      CREATE TRIGGER jobs_item_delete AFTER DELETE ON jobs WHEN old.item_id IS NOT NULL BEGIN ${work('old.item_id')} END;
    `)
  },
}
