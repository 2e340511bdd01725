import { beforeEach, expect, test } from 'vitest'
import { targets, useSelection } from './selection.ts'

const order = Int32Array.from([10, 20, 30, 40, 50])
const now = (): [number[], number | null] => [[...useSelection.getState().ids].sort((one, other) => one - other), useSelection.getState().active]

beforeEach(() => useSelection.getState().clear())

test('a click takes one, Mod toggles, Shift takes the range from the anchor', () => {
  const { only, toggle, range } = useSelection.getState()
  only(20)
  range(40, order)
  expect(now()).toEqual([[20, 30, 40], 40])
  range(10, order)
  expect(now()).toEqual([[10, 20], 10])
  toggle(50)
  expect(now()).toEqual([[10, 20, 50], 50])
  toggle(50)
  expect(now()).toEqual([[10, 20], 10])
  range(30, order)
  expect(now()).toEqual([[30, 40, 50], 30])
})

test('the active photo can change inside the choice without changing it', () => {
  const { setAll, activate } = useSelection.getState()
  setAll([10, 20, 30])
  activate(30)
  expect(now()).toEqual([[10, 20, 30], 30])
  activate(50)
  expect(now()).toEqual([[50], 50])
})

test('what is gone leaves the choice, and another becomes the active one', () => {
  const { setAll, keep } = useSelection.getState()
  setAll([10, 20, 30], 20)
  keep((id) => id !== 20)
  expect(now()).toEqual([[10, 30], 10])
  keep(() => false)
  expect(now()).toEqual([[], null])
})

test('keys act on all that is chosen in the grid and on the active one elsewhere', () => {
  useSelection.getState().setAll([10, 20], 20)
  expect(targets('grid')).toEqual([10, 20])
  expect(targets('loupe')).toEqual([20])
})
