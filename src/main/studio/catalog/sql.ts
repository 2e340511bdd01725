/** Statements, compiled once: a batch of ten thousand photos runs each of them as often. */
import type { Statement } from 'better-sqlite3'
import type { Catalog } from './open.ts'

export class Sql {
  readonly #catalog: Catalog
  readonly #prepared = new Map<string, Statement>()

  constructor(catalog: Catalog) {
    this.#catalog = catalog
  }

  /** The same statement for the same text; one text is used either plucked or as rows, never both. */
  prepare<Bound extends unknown[] = unknown[], Row = unknown>(text: string): Statement<Bound, Row> {
    let statement = this.#prepared.get(text)
    if (statement === undefined) this.#prepared.set(text, statement = this.#catalog.db.prepare(text))
    return statement as unknown as Statement<Bound, Row>
  }
}
