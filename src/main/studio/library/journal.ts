/**
 * Every change that a person makes in the library, kept with what was there before, so that it can be taken back and done again, also
 * after a restart and by another window. One linear history a catalog. What the change wrote and somebody else has changed since stays.
 */
import { existsSync, lstatSync, renameSync } from 'node:fs'
import Database from 'better-sqlite3'
import { z } from 'zod'
import { RestillError } from '../../../shared/errors.ts'
import type { Catalog } from '../catalog/open.ts'
import { Sql } from '../catalog/sql.ts'

type Value = string | number | null
type Row = Record<string, Value>

/** Tables that a person's changes may touch, with their keys. */
const keysOf = {
  items: ['id'], texts: ['item_id'], copies: ['id'], collections: ['id'], collection_items: ['collection_id', 'item_id'],
  photos: ['id'], captions: ['photo_id'], results: ['id'], jobs: ['id'], develop_history: ['id'], develop_current: ['item_id'],
} as const satisfies Record<string, readonly string[]>
export type JournalTable = keyof typeof keysOf

const row = z.record(z.string(), z.union([z.string(), z.number(), z.null()]))
const table = z.enum(Object.keys(keysOf) as [JournalTable, ...JournalTable[]])
const changeSchema = z.union([
  z.strictObject({ table, insert: row }),
  z.strictObject({ table, remove: row }),
  z.strictObject({ table, key: row, before: row, after: row }),
  z.strictObject({ move: z.strictObject({ from: z.string(), to: z.string() }) }),
])
type Change = z.infer<typeof changeSchema>
const changesSchema = z.array(changeSchema)

/** Steps that can be taken back, and what they may take together: older ones are forgotten, the last one never. */
const stepLimit = 500
const byteLimit = 64 * 1024 * 1024

/** Writes on a person's behalf, inside one transaction; each write is noted. */
export class Edit {
  readonly changes: Change[] = []
  /** Files renamed so far: they go back when the transaction does. */
  readonly #moved: { from: string, to: string }[] = []
  readonly #sql: Sql

  constructor(sql: Sql) {
    this.#sql = sql
  }

  /** Returns whether the row is there and anything in it was different. */
  update(table: JournalTable, key: Row, set: Row): boolean {
    const columns = Object.keys(set)
    const before = this.#sql.prepare<Value[], Row>(`SELECT ${columns.join(', ')} FROM ${table} WHERE ${where(key)}`).get(...Object.values(key))
    if (before === undefined || columns.every((column) => before[column] === set[column])) return false
    write(this.#sql, table, key, set)
    this.changes.push({ table, key, before, after: set })
    return true
  }

  insert(table: JournalTable, values: Row): void {
    insert(this.#sql, table, values)
    this.changes.push({ table, insert: values })
  }

  /** Removes the row and keeps it whole for the way back; false when it is not there. */
  remove(table: JournalTable, key: Row): boolean {
    const found = this.#sql.prepare<Value[], Row>(`SELECT * FROM ${table} WHERE ${where(key)}`).get(...Object.values(key))
    if (found === undefined) return false
    this.#sql.prepare(`DELETE FROM ${table} WHERE ${where(key)}`).run(...Object.values(key))
    this.changes.push({ table, remove: found })
    return true
  }

  /** Notes a row that was written earlier, in place of `before`: the step takes it back like its own. */
  note(table: JournalTable, before: Row | null, after: Row): void {
    if (before !== null) this.changes.push({ table, remove: before })
    this.changes.push({ table, insert: after })
  }

  /** Renames a file on its disk. @throws RestillError OUTPUT_EXISTS, FILE_NOT_FOUND, TARGET_READ_ONLY */
  move(from: string, to: string): void {
    moveFile(from, to)
    this.#moved.push({ from, to })
    this.changes.push({ move: { from, to } })
  }

  /** Does a noted change again. What is no longer as it was before that change stays. */
  apply(change: Change): void {
    if ('move' in change) this.move(change.move.from, change.move.to)
    else if ('insert' in change) insertAgain(this.#sql, change.table, change.insert)
    else if ('remove' in change) {
      const key = Object.fromEntries(keysOf[change.table].map((name) => [name, change.remove[name] ?? null]))
      this.#sql.prepare(`DELETE FROM ${change.table} WHERE ${where(key)}`).run(...Object.values(key))
    } else {
      // Column by column: a star that a file brought since stays, the label beside it is taken back.
      for (const [column, value] of Object.entries(change.after)) {
        const key = { ...change.key, [column]: change.before[column] ?? null }
        write(this.#sql, change.table, key, { [column]: value })
      }
    }
  }

  /** The transaction failed: the catalog is as before, and so must the files be. */
  moveBack(): void {
    for (const { from, to } of this.#moved.toReversed()) renameSync(to, from)
  }
}

export class Journal {
  readonly #catalog: Catalog
  readonly #sql: Sql

  constructor(catalog: Catalog) {
    this.#catalog = catalog
    this.#sql = new Sql(catalog)
  }

  /**
   * Runs `body` in one transaction and keeps what it changed as one step under `label`; what had been taken back can then no more be done
   * again. A body that changes nothing leaves no step.
   */
  change<T>(body: (edit: Edit) => { label: string, result: T }): { result: T, undo: string | null } {
    return this.#inEdit((edit) => {
      const { label, result } = body(edit)
      if (edit.changes.length === 0) return { result, undo: null }
      const position = this.#position() + 1
      this.#sql.prepare('DELETE FROM journal WHERE position >= ?').run(position)
      const changes = JSON.stringify(edit.changes)
      this.#sql.prepare('INSERT INTO journal (position, label, changes, bytes, created_at) VALUES (?, ?, ?, ?, ?)')
        .run(position, label, changes, changes.length, new Date().toISOString())
      this.#forgetOld(position)
      this.#moveTo(position)
      return { result, undo: label }
    })
  }

  /** Takes the last step back. Returns its label, null when there is none. @throws RestillError of `Edit.move`; then nothing is taken back */
  undo(): string | null {
    return this.#inEdit((edit) => {
      const position = this.#position()
      const step = this.#step(position)
      if (step === null) return null
      for (const change of step.changes.toReversed()) edit.apply(inverse(change))
      this.#moveTo(position - 1)
      return step.label
    })
  }

  /** Does the step again that was taken back last. Returns its label, null when there is none. @throws RestillError as `undo` */
  redo(): string | null {
    return this.#inEdit((edit) => {
      const position = this.#position() + 1
      const step = this.#step(position)
      if (step === null) return null
      for (const change of step.changes) edit.apply(change)
      this.#moveTo(position)
      return step.label
    })
  }

  #inEdit<T>(body: (edit: Edit) => T): T {
    const edit = new Edit(this.#sql)
    try {
      return this.#catalog.write(() => body(edit))
    } catch (error) {
      edit.moveBack()
      throw error
    }
  }

  #forgetOld(position: number): void {
    this.#sql.prepare(`DELETE FROM journal WHERE position < @position AND (position <= @position - @steps OR position <= (
      SELECT max(position) FROM (SELECT position, sum(bytes) OVER (ORDER BY position DESC) AS total FROM journal) WHERE total > @bytes))`)
      .run({ position, steps: stepLimit, bytes: byteLimit })
  }

  #position(): number {
    return this.#sql.prepare<[], number>('SELECT journal_position FROM library_state').pluck().get() ?? 0
  }

  #moveTo(position: number): void {
    this.#sql.prepare('UPDATE library_state SET journal_position = ?').run(position)
  }

  #step(position: number): { label: string, changes: Change[] } | null {
    const found = this.#sql.prepare<[number], { label: string, changes: string }>(
      'SELECT label, changes FROM journal WHERE position = ?').get(position)
    return found === undefined ? null : { label: found.label, changes: changesSchema.parse(JSON.parse(found.changes)) }
  }
}

function inverse(change: Change): Change {
  if ('move' in change) return { move: { from: change.move.to, to: change.move.from } }
  if ('insert' in change) return { table: change.table, remove: change.insert }
  if ('remove' in change) return { table: change.table, insert: change.remove }
  return { ...change, before: change.after, after: change.before }
}

const where = (key: Row): string => Object.keys(key).map((column) => `${column} IS ?`).join(' AND ')

function write(sql: Sql, table: JournalTable, key: Row, set: Row): void {
  const assignments = Object.keys(set).map((column) => `${column} = ?`).join(', ')
  sql.prepare(`UPDATE ${table} SET ${assignments} WHERE ${where(key)}`).run(...Object.values(set), ...Object.values(key))
}

function insert(sql: Sql, table: JournalTable, values: Row): void {
  const columns = Object.keys(values)
  sql.prepare(`INSERT INTO ${table} (${columns.join(', ')}) VALUES (${columns.map(() => '?').join(', ')})`).run(...Object.values(values))
}

/** Puts a row back. One that came back by itself stays; one whose item is gone for good stays away. */
function insertAgain(sql: Sql, table: JournalTable, values: Row): void {
  try {
    insert(sql, table, values)
  } catch (error) {
    if (!(error instanceof Database.SqliteError) || !/^SQLITE_CONSTRAINT_(PRIMARYKEY|UNIQUE|FOREIGNKEY|ROWID)$/.test(error.code)) throw error
  }
}

function moveFile(from: string, to: string): void {
  if (!existsSync(from)) throw new RestillError('FILE_NOT_FOUND', { detail: { file: from } })
  if (isThere(to) && !isSame(from, to)) throw new RestillError('OUTPUT_EXISTS', { detail: { file: to } })
  try {
    renameSync(from, to)
  } catch (cause) {
    const reason = cause instanceof Error ? (cause as NodeJS.ErrnoException).code ?? cause.message : String(cause)
    throw new RestillError('TARGET_READ_ONLY', { detail: { file: to, reason }, cause })
  }
}

const isThere = (path: string): boolean => lstatSync(path, { throwIfNoEntry: false }) !== undefined

/** Names that differ only in case are one file on many disks. */
function isSame(one: string, other: string): boolean {
  const [first, second] = [lstatSync(one, { bigint: true }), lstatSync(other, { bigint: true })]
  return first.ino === second.ino && first.dev === second.dev && one.toLowerCase() === other.toLowerCase()
}
