import { expect, test } from 'vitest'
import type { DevelopSettings } from '../../../shared/contract/develop.ts'
import { goTo, historyOf, neighbour, noHistory, withStep, type History } from './history.ts'

const settings = (strength: number): DevelopSettings => ({ engine: 'e', pack: null, controls: {}, strength, scale: 'auto', mask: null })
const labels = (history: History) => history.entries.map(entry => entry.label)
const three = ['a', 'b', 'c'].reduce((history, label, index) => withStep(history, label, settings(index / 2), ''), noHistory)

test('steps are oldest first, whatever the order they came in; the newest is the current one unless told', () => {
  const told = historyOf({ history: three.entries.toReversed(), current: null, snapshots: [] })
  expect(labels(told)).toEqual(['a', 'b', 'c'])
  expect(told.current).toBe(3)
})

test('undo and redo walk over the steps and end at the ends', () => {
  expect(neighbour(three, -1)?.label).toBe('b')
  expect(neighbour(three, 1)).toBeNull()
  expect(neighbour(goTo(three, 1), -1)).toBeNull()
  expect(neighbour(goTo(three, 1), 1)?.label).toBe('b')
  expect(neighbour(noHistory, -1)).toBeNull()
})

test('a step after an undo drops what was undone', () => {
  const branched = withStep(goTo(three, 2), 'd', settings(1), '')
  expect(labels(branched)).toEqual(['a', 'b', 'd'])
  expect(branched.current).toBe(4)
})

test('an unknown step is no place to go', () => {
  expect(goTo(three, 99)).toBe(three)
})
