/** Stacks: items shown as one, the first of them on top. Results and virtual copies join the stack of their original by themselves. */
import { changeWords } from '../../../shared/messages.en.ts'
import type { Catalog } from '../catalog/open.ts'
import type { Edit, Journal } from './journal.ts'
import type { Change } from './marks.ts'

/** Stacks that a change touches: members in order, by the id of the top. */
type Stacks = ReadonlyMap<number, readonly number[]>

export class StackKeeper {
  readonly #catalog: Catalog
  readonly #journal: Journal

  constructor(catalog: Catalog, journal: Journal) {
    this.#catalog = catalog
    this.#journal = journal
  }

  /** Puts items into one stack, the first on top. A stack whose top is among them comes along whole. */
  stack(ids: readonly number[]): Change {
    const { result, undo } = this.#journal.change((edit) => {
      const before = this.#stacksOf(ids)
      const known = this.#known(ids)
      const changed = known.length < 2 ? 0 : write(edit, before, stacked(before, known))
      return { label: changeWords.stacked(known.length), result: changed }
    })
    return { changed: result, undo }
  }

  /** Takes items out of their stacks; the top of a stack takes the whole stack apart. */
  unstack(ids: readonly number[]): Change {
    const { result, undo } = this.#journal.change((edit) => {
      const before = this.#stacksOf(ids)
      const changed = write(edit, before, unstacked(before, ids))
      return { label: changeWords.unstacked(changed), result: changed }
    })
    return { changed: result, undo }
  }

  /** As part of another change: these leave their stacks alone, tops too; the next one is the new top. */
  leave(edit: Edit, ids: readonly number[]): void {
    const before = this.#stacksOf(ids)
    const gone = new Set(ids)
    write(edit, before, new Map([...before].map(([top, members]) => [top, members.filter((id) => !gone.has(id))])))
  }

  /** As part of another change: `id`, new and in no stack, takes the place behind `neighbour`. */
  join(edit: Edit, id: number, neighbour: number): void {
    const before = this.#stacksOf([neighbour])
    const members = [...before.values()][0] ?? [neighbour]
    const at = members.indexOf(neighbour) + 1
    write(edit, before, new Map([[members[0] ?? neighbour, [...members.slice(0, at), id, ...members.slice(at)]]]))
  }

  #stacksOf(ids: readonly number[]): Map<number, number[]> {
    const rows = this.#catalog.db.prepare<[string], { id: number, stack: number }>(`
      SELECT id, stack FROM items WHERE stack <> 0 AND stack IN (SELECT stack FROM items WHERE id IN (SELECT value FROM json_each(?)) AND stack <> 0)
      ORDER BY stack, position
    `).all(JSON.stringify(ids))
    const stacks = new Map<number, number[]>()
    for (const { id, stack } of rows) stacks.set(stack, [...stacks.get(stack) ?? [], id])
    return stacks
  }

  #known(ids: readonly number[]): number[] {
    const known = new Set(this.#catalog.db.prepare<[string], number>(
      'SELECT id FROM items WHERE removed = 0 AND id IN (SELECT value FROM json_each(?))').pluck().all(JSON.stringify(ids)))
    return [...new Set(ids)].filter((id) => known.has(id))
  }
}

function stacked(before: Stacks, ids: readonly number[]): Map<number, number[]> {
  const together = [...new Set(ids.flatMap((id) => [...before.get(id) ?? [id]]))]
  const taken = new Set(together)
  const after = new Map([...before].map(([top, members]) => [top, members.filter((id) => !taken.has(id))]))
  after.set(together[0] ?? 0, together)
  return after
}

function unstacked(before: Stacks, ids: readonly number[]): Map<number, number[]> {
  const out = new Set(ids)
  return new Map([...before].map(([top, members]) => [top, out.has(top) ? [] : members.filter((id) => !out.has(id))]))
}

/** Writes who is where; who is in no stack of `after`, or alone in one, is in none. Returns how many items changed. */
function write(edit: Edit, before: Stacks, after: Stacks): number {
  const places = new Map<number, { stack: number, position: number }>()
  for (const members of before.values()) for (const id of members) places.set(id, { stack: 0, position: 0 })
  for (const members of after.values()) {
    const [top] = members
    if (top !== undefined && members.length > 1) members.forEach((id, position) => places.set(id, { stack: top, position }))
  }
  let changed = 0
  for (const [id, place] of places) if (edit.update('items', { id }, { ...place })) changed++
  return changed
}
