/** The library index: every item in columns, kept packed in memory and patched with what changed since, so that a second window costs little. */
import { emptyColumns, noWord, packIndex, type IndexColumns } from '../../../shared/contract/columns.ts'
import type { Catalog } from '../catalog/open.ts'
import type { IndexRow, ItemsRepo } from '../catalog/items.repo.ts'

interface Packed { revision: number, tree: number, columns: IndexColumns, rowOf: Map<number, number>, cameras: Numbered, lenses: Numbered }
interface Numbered { names: string[], numberOf: Map<number, number> }

export class IndexCache {
  readonly #catalog: Catalog
  readonly #items: ItemsRepo
  #packed: Packed | null = null
  #bytes: Uint8Array<ArrayBuffer> | null = null

  constructor(catalog: Catalog, items: ItemsRepo) {
    this.#catalog = catalog
    this.#items = items
  }

  /** The index as it is now, for `unpackIndex`. */
  get(): Uint8Array<ArrayBuffer> {
    if (this.#bytes !== null && this.#packed?.revision === this.#items.revision().items) return this.#bytes
    // In one transaction, so that revision and rows belong together.
    const packed = this.#catalog.db.transaction(() => this.#upToDate())()
    const { revision, columns, cameras, lenses } = packed
    this.#packed = packed
    this.#bytes = packIndex({ revision, columns, cameras: cameras.names, lenses: lenses.names })
    return this.#bytes
  }

  /** While no item came, went or got another name, only the rows that changed are read. */
  #upToDate(): Packed {
    const { items: revision, tree } = this.#items.revision()
    const last = this.#packed
    if (last?.tree === tree) {
      for (const row of this.#items.indexRowsSince(last.revision)) {
        const at = last.rowOf.get(row[0])
        if (at !== undefined) put(last, at, row)
      }
      return { ...last, revision }
    }
    const rows = this.#items.indexRows()
    const packed: Packed = {
      revision, tree, columns: emptyColumns(rows.length), rowOf: new Map(rows.map(([id], at) => [id, at])),
      cameras: numbered(this.#items.words('cameras')), lenses: numbered(this.#items.words('lenses')),
    }
    rows.forEach((row, at) => { put(packed, at, row) })
    rank(packed.columns, this.#items.idsByName(), packed.rowOf)
    return packed
  }
}

function put({ columns, cameras, lenses }: Packed, at: number, row: IndexRow): void {
  const [id, version, folder, stack, position, state, flag, stars, label, kind, camera, lens, severity, gain, shutter, iso, aspect, megapixels,
    captured, added] = row
  columns.id[at] = id
  columns.version[at] = version
  columns.folder[at] = folder
  columns.stack[at] = stack
  columns.position[at] = position
  columns.state[at] = state
  columns.flag[at] = flag
  columns.stars[at] = stars
  columns.label[at] = label
  columns.kind[at] = kind
  columns.camera[at] = camera === null ? noWord : cameras.numberOf.get(camera) ?? noWord
  columns.lens[at] = lens === null ? noWord : lenses.numberOf.get(lens) ?? noWord
  columns.severity[at] = severity ?? Number.NaN
  columns.gain[at] = gain ?? Number.NaN
  columns.shutterSeconds[at] = shutter ?? Number.NaN
  columns.iso[at] = iso ?? Number.NaN
  columns.aspect[at] = aspect
  columns.megapixels[at] = megapixels
  columns.captured[at] = captured ?? Number.NaN
  columns.added[at] = added
}

function rank(columns: IndexColumns, idsByName: readonly number[], rowOf: ReadonlyMap<number, number>): void {
  let next = 0
  for (const id of idsByName) {
    const row = rowOf.get(id)
    if (row !== undefined) columns.nameRank[row] = next++
  }
}

function numbered(words: readonly { id: number, name: string }[]): Numbered {
  return { names: words.map(({ name }) => name), numberOf: new Map(words.map(({ id }, index) => [id, index])) }
}
