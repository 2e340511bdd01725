import type { Database } from 'better-sqlite3'

/** One step of the catalog's shape. `up` runs inside the migrator's transaction and reads no code that may change later. */
export interface Migration { readonly version: number, readonly name: string, up(db: Database): void }
