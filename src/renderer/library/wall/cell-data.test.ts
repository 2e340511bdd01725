import { expect, test } from 'vitest'
import { itemId, itemState } from '../../../shared/contract/items.ts'
import { tableWith } from '../../state/table.fixture.ts'
import { cellData, gainText, spokenName, stateBadges } from './cell-data.ts'

test('a photo is named with all its marks', () => {
  const table = tableWith([{ stars: 3, flag: 2, label: 1, kind: 2, state: itemState.restored }, { id: itemId('copy', 7), stars: 1 }, {}])
  table.names.set(1, 'DSC_1.NEF')
  expect(spokenName(cellData(table, 0, 0, false))).toBe('DSC_1.NEF, 3 stars, picked, red, camera shake, restored')
  expect(spokenName(cellData(table, 1, 3, false))).toBe('Photo 7, virtual copy, 1 star, stack of 3')
  expect(spokenName(cellData(table, 2, 0, false))).toBe('Photo 3')
})

test('the gravest state stands first', () => {
  expect(stateBadges(itemState.restored | itemState.suspect | itemState.edited)).toEqual(['suspect', 'restored'])
  expect([gainText(NaN), gainText(2.06)]).toEqual([null, '+2.1 dB expected'])
})
