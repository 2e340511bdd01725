/** Moving queued jobs: a new order is a new priority for each that must change. */

/**
 * @param queue queued jobs, first to run first, with their priorities
 * @returns the priorities that give the wanted order; jobs that keep theirs are left out
 */
export function reorder(
  queue: readonly { id: number, priority: number }[], moved: readonly number[], to: 'first' | 'last' | 'up' | 'down',
): { id: number, priority: number }[] {
  const chosen = new Set(moved)
  const order = queue.map(({ id }) => id)
  const next = to === 'first' || to === 'last' ? toEnd(order, chosen, to) : step(order, chosen, to)
  const before = new Map(queue.map(({ id, priority }) => [id, priority]))
  return next.map((id, index) => ({ id, priority: next.length - index })).filter(({ id, priority }) => before.get(id) !== priority)
}

function toEnd(order: readonly number[], chosen: ReadonlySet<number>, to: 'first' | 'last'): number[] {
  const these = order.filter((id) => chosen.has(id))
  const others = order.filter((id) => !chosen.has(id))
  return to === 'first' ? [...these, ...others] : [...others, ...these]
}

/** Each chosen job changes places with its neighbour, unless that one is chosen too. */
function step(order: readonly number[], chosen: ReadonlySet<number>, to: 'up' | 'down'): number[] {
  const next = to === 'up' ? [...order] : [...order].reverse()
  for (let index = 1; index < next.length; index++) {
    const here = next[index]!
    const before = next[index - 1]!
    if (!chosen.has(here) || chosen.has(before)) continue
    next[index - 1] = here
    next[index] = before
  }
  return to === 'up' ? next : next.reverse()
}
