/**
 * What changed in the library, told to whoever looks at it. The catalog counts every change by whichever process: a look at that count every
 * tenth of a second costs nothing and sees them all.
 */
import { setTimeout as wait } from 'node:timers/promises'
import type { Item } from '../../../shared/contract/items.ts'
import type { Catalog } from '../catalog/open.ts'
import type { ItemsRepo } from '../catalog/items.repo.ts'

export type LibraryChange =
  | { kind: 'items', revision: number, items: Item[], removed: number[] }
  | { kind: 'tree', revision: number }
  | { kind: 'reset', revision: number }

const lookEveryMs = 100
/** A patch of more items is as large as a good part of the index, and slower to apply. */
const patchLimit = 5000
/** Counts in the tree may lag a little: an import would have it read again ten times a second. */
const treeEveryMs = 1000

/** Runs until `signal` aborts. A `since` that the catalog never had begins with a reset. */
export async function* changesSince(catalog: Catalog, items: ItemsRepo, since: number, signal: AbortSignal): AsyncGenerator<LibraryChange> {
  let seen = since
  const start = items.revision()
  let tree = since === start.items ? start.tree : -1
  let treeTold = -Infinity
  if (since > start.items) {
    seen = start.items
    yield { kind: 'reset', revision: seen }
  }
  while (!signal.aborted && catalog.db.open) {
    const now = items.revision()
    if (now.items > seen) {
      const patch = items.changedSince(seen, patchLimit)
      seen = now.items
      if (patch === null) yield { kind: 'reset', revision: seen }
      else if (patch.items.length + patch.removed.length > 0) yield { kind: 'items', revision: seen, ...patch }
    }
    if (now.tree !== tree && performance.now() - treeTold > treeEveryMs) {
      ({ tree } = now)
      treeTold = performance.now()
      yield { kind: 'tree', revision: now.items }
    }
    await wait(lookEveryMs, undefined, { signal, ref: false }).catch(() => undefined)
  }
}
