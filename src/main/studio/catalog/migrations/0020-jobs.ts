import type { Migration } from './migration.ts'

/**
 * Batches, their jobs, and what came out. A job keeps its own copy of settings and preset, so that nothing changed later alters it.
 * `epoch` grows with every owner; the transaction that ends a job checks it. The target, `temporary` and
 * `sha256` make delivery repeatable after a crash: with a hash in the row, the finished file is found again under one name or the other.
 */
export const jobs: Migration = {
  version: 20,
  name: 'jobs',
  up(db) {
    db.exec(`
      CREATE TABLE batches (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        request_key TEXT NOT NULL,
        paths TEXT NOT NULL,
        request TEXT NOT NULL,
        preset TEXT NOT NULL,
        destination TEXT,
        paused TEXT CHECK (paused IN ('now', 'after-current')),
        created_at TEXT NOT NULL
      ) STRICT;
      CREATE INDEX batches_by_request ON batches (request_key, id);

      CREATE TABLE jobs (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        batch_id INTEGER NOT NULL REFERENCES batches (id) ON DELETE CASCADE,
        photo_id INTEGER REFERENCES photos (id) ON DELETE SET NULL,
        source TEXT NOT NULL,
        root TEXT NOT NULL,
        file_hash TEXT,
        image_hash TEXT,
        megapixels REAL,
        settings TEXT NOT NULL,
        preset TEXT NOT NULL,
        restore_key TEXT,
        work_key TEXT,
        target_folder TEXT,
        target_name TEXT,
        target_extension TEXT,
        state TEXT NOT NULL CHECK (state IN ('queued', 'running', 'done', 'suspect', 'failed', 'skipped', 'cancelled')),
        priority INTEGER NOT NULL DEFAULT 0,
        position INTEGER NOT NULL,
        owner TEXT,
        epoch INTEGER NOT NULL DEFAULT 0,
        lease_until INTEGER,
        attempts INTEGER NOT NULL DEFAULT 0,
        crashes INTEGER NOT NULL DEFAULT 0,
        cancel_requested INTEGER NOT NULL DEFAULT 0,
        code TEXT,
        detail TEXT,
        skip_reason TEXT,
        temporary TEXT,
        sha256 TEXT,
        created_at TEXT NOT NULL,
        started_at TEXT,
        ended_at TEXT,
        UNIQUE (batch_id, source),
        CHECK ((state = 'running') = (owner IS NOT NULL))
      ) STRICT;
      CREATE INDEX jobs_queued ON jobs (batch_id, crashes, priority DESC, position) WHERE state = 'queued';
      CREATE INDEX jobs_running ON jobs (owner) WHERE state = 'running';
      CREATE INDEX jobs_by_state ON jobs (batch_id, state);
      CREATE INDEX jobs_by_work ON jobs (work_key, state);
      CREATE INDEX jobs_by_photo ON jobs (photo_id, id);

      CREATE TABLE results (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        job_id INTEGER NOT NULL UNIQUE REFERENCES jobs (id) ON DELETE CASCADE,
        photo_id INTEGER REFERENCES photos (id) ON DELETE SET NULL,
        file_hash TEXT NOT NULL,
        image_hash TEXT NOT NULL,
        restore_key TEXT NOT NULL,
        work_key TEXT NOT NULL,
        engine TEXT NOT NULL,
        pack TEXT NOT NULL,
        pack_version TEXT NOT NULL,
        pack_hash TEXT NOT NULL,
        controls TEXT NOT NULL,
        strength REAL NOT NULL,
        scale REAL NOT NULL,
        scale_reason TEXT NOT NULL,
        provider TEXT NOT NULL,
        device TEXT NOT NULL,
        seconds TEXT NOT NULL,
        tiles TEXT NOT NULL,
        guarded TEXT NOT NULL,
        suspect INTEGER NOT NULL,
        notices TEXT NOT NULL,
        not_carried TEXT NOT NULL,
        format TEXT NOT NULL,
        width INTEGER NOT NULL,
        height INTEGER NOT NULL,
        depth INTEGER NOT NULL,
        bytes INTEGER NOT NULL,
        sha256 TEXT NOT NULL,
        output TEXT,
        master TEXT,
        copied_from INTEGER REFERENCES results (id) ON DELETE SET NULL,
        created_at TEXT NOT NULL
      ) STRICT;
      CREATE INDEX results_by_work ON results (work_key, file_hash);
      CREATE INDEX results_by_restore ON results (restore_key) WHERE master IS NOT NULL;
      CREATE INDEX results_by_photo ON results (photo_id, id);
      CREATE INDEX results_by_output ON results (output);

      CREATE TABLE outputs (
        path TEXT PRIMARY KEY,
        job_id INTEGER NOT NULL REFERENCES jobs (id) ON DELETE CASCADE
      ) STRICT;
      CREATE INDEX outputs_by_job ON outputs (job_id);
    `)
  },
}
