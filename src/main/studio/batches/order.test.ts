import fc from 'fast-check'
import { expect, test } from 'vitest'
import { reorder } from './order.ts'

const queueOf = (ids: readonly number[]) => ids.map((id) => ({ id, priority: 0 }))
/** The order that the new priorities give: as the queue is asked for, priority first, then place. */
function orderAfter(ids: readonly number[], moved: readonly number[], to: Parameters<typeof reorder>[2]): number[] {
  const changed = new Map(reorder(queueOf(ids), moved, to).map(({ id, priority }) => [id, priority]))
  return [...ids].sort((a, b) => (changed.get(b) ?? 0) - (changed.get(a) ?? 0) || ids.indexOf(a) - ids.indexOf(b))
}

test('chosen jobs go where they should, in their own order', () => {
  expect(orderAfter([1, 2, 3, 4, 5], [4, 2], 'first')).toEqual([2, 4, 1, 3, 5])
  expect(orderAfter([1, 2, 3, 4, 5], [1, 3], 'last')).toEqual([2, 4, 5, 1, 3])
  expect(orderAfter([1, 2, 3, 4, 5], [3, 4], 'up')).toEqual([1, 3, 4, 2, 5])
  expect(orderAfter([1, 2, 3, 4, 5], [1], 'up')).toEqual([1, 2, 3, 4, 5])
  expect(orderAfter([1, 2, 3, 4, 5], [3, 4], 'down')).toEqual([1, 2, 5, 3, 4])
})

test('no job is lost, whatever is moved where', () => {
  const ids = fc.uniqueArray(fc.nat(50), { maxLength: 12 })
  fc.assert(fc.property(ids, fc.array(fc.nat(50)), fc.constantFrom('first', 'last', 'up', 'down'), (queue, moved, to) => {
    expect(orderAfter(queue, moved, to).sort()).toEqual([...queue].sort())
  }))
})
