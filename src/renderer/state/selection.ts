/** Which photos are chosen. The active one is the source of everything that needs just one photo; the anchor begins a range. */
import { createPatient } from './photos-first.ts'

export interface Selection { ids: ReadonlySet<number>, active: number | null, anchor: number | null }
interface SelectionState extends Selection {
  /** This one alone. */
  only: (id: number) => void
  toggle: (id: number) => void
  /** From the anchor to `id` in the order shown. */
  range: (id: number, order: ArrayLike<number>) => void
  /** Makes a chosen photo the active one without changing which are chosen; another one is chosen alone. */
  activate: (id: number) => void
  setAll: (ids: Iterable<number>, active?: number) => void
  clear: () => void
  /** Forgets items that are gone. */
  keep: (exists: (id: number) => boolean) => void
}

const none: Selection = { ids: new Set(), active: null, anchor: null }

export const useSelection = createPatient<SelectionState>((set, get) => ({
  ...none,
  only: (id) => set({ ids: new Set([id]), active: id, anchor: id }),
  toggle: (id) => {
    const ids = new Set(get().ids)
    const added = !ids.delete(id)
    if (added) ids.add(id)
    const active = added ? id : get().active === id ? (ids.values().next().value ?? null) : get().active
    set({ ids, active, anchor: id })
  },
  range: (id, order) => {
    const { anchor } = get()
    const places = rangeOf(order, anchor ?? id, id)
    set({ ids: new Set(places), active: id, anchor: anchor ?? id })
  },
  activate: (id) => get().ids.has(id) ? set({ active: id, anchor: id }) : get().only(id),
  setAll: (all, active) => {
    const ids = new Set(all)
    const first = active ?? (get().active !== null && ids.has(get().active!) ? get().active : ids.values().next().value) ?? null
    set({ ids, active: first, anchor: first })
  },
  clear: () => set({ ...none }),
  keep: (exists) => {
    const { ids, active, anchor } = get()
    if ([...ids].every(exists)) return
    const left = new Set([...ids].filter(exists))
    set({ ids: left, active: active !== null && exists(active) ? active : (left.values().next().value ?? null), anchor: anchor !== null && exists(anchor) ? anchor : null })
  },
}))

function rangeOf(order: ArrayLike<number>, from: number, to: number): number[] {
  let [start, end] = [-1, -1]
  for (let place = 0; place < order.length; place++) {
    if (order[place] === from) start = place
    if (order[place] === to) end = place
  }
  if (start < 0) start = end
  const [low, high] = start < end ? [start, end] : [end, start]
  const ids: number[] = []
  for (let place = low; place <= high && place >= 0; place++) ids.push(order[place]!)
  return ids
}

/** What a key acts on: the whole selection in the grid, the active photo alone elsewhere. */
export function targets(stage: string): number[] {
  const { ids, active } = useSelection.getState()
  if (stage === 'grid' || stage === 'survey') return [...ids]
  return active === null ? [] : [active]
}
