import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { itemState } from '../../shared/contract/items.ts'
import { filterSchema, sortSchema, type Filter, type Sort } from '../../shared/contract/library.ts'
import { countOf, editionOf, run, type Query } from './query.ts'
import { setValue, type Table } from './table.ts'
import { tableWith, type Row } from './table.fixture.ts'

interface Asked { filter?: Partial<Filter>, sort?: Partial<Sort>, more?: Partial<Query> }

function query({ filter = {}, sort = { by: 'name' }, more = {} }: Asked = {}): Query {
  return { folders: null, members: null, found: null, smart: null, filter: filterSchema.parse(filter), sort: sortSchema.parse(sort), unfolded: new Set(), ...more }
}
function ids(table: Table, asked: Asked = {}): number[] {
  return [...run(table, query(asked)).order].map((row) => table.columns.id[row]!)
}

describe('filters', () => {
  test('every attribute keeps what it asks for', () => {
    const table = tableWith([
      { flag: 2, stars: 5, label: 1, kind: 2, severity: 0.9, gain: 2.1, state: itemState.restored, camera: 0, lens: 1, shutterSeconds: 1 / 250, captured: 1000 },
      { flag: 0, stars: 2, label: 0, kind: 1, severity: 0.1, gain: 0.1, camera: 1, lens: 0, shutterSeconds: 1 / 30, captured: 2000 },
      { state: itemState.failed | itemState.edited },
    ], { cameras: ['A', 'B'], lenses: ['L', 'M'] })
    const cases: [Partial<Filter>, number[]][] = [
      [{ flags: ['pick'] }, [1]], [{ flags: ['reject', 'none'] }, [2, 3]], [{ minStars: 3 }, [1]], [{ labels: ['red'] }, [1]], [{ labels: ['none'] }, [2, 3]],
      [{ kinds: ['shake', 'sharp'] }, [1, 2]], [{ minSeverity: 0.5 }, [1]], [{ minGain: 0.3 }, [1]], [{ states: ['restored'] }, [1]], [{ states: ['failed', 'none'] }, [2, 3]],
      [{ states: ['edited'] }, [3]], [{ cameras: ['B'] }, [2]], [{ cameras: ['gone'] }, []], [{ lenses: ['L', 'M'] }, [1, 2]], [{ capturedFrom: 1500 }, [2]], [{ capturedTo: 1500 }, [1]],
      [{ minStars: 1, flags: ['reject'] }, [2]],
    ]
    for (const [filter, expected] of cases) expect(ids(table, { filter }), JSON.stringify(filter)).toEqual(expected)
  })

  test('the ends of a shutter range belong to it, though the column holds them less exactly', () => {
    const table = tableWith([{ shutterSeconds: 1 / 250 }, { shutterSeconds: 1 / 60 }, {}])
    expect(ids(table, { filter: { shutterFrom: 1 / 250, shutterTo: 1 / 60 } })).toEqual([1, 2])
  })

  test('photos of a folder, of a collection in its own order, and of a search', () => {
    const table = tableWith([{ folder: 1 }, { folder: 2 }, { folder: 2 }, { folder: -1 }])
    expect(ids(table, { more: { folders: new Set([2, 9]) } })).toEqual([2, 3])
    expect(ids(table, { sort: { by: 'custom' }, more: { members: [3, 1, 77] } })).toEqual([3, 1])
    expect(ids(table, { sort: { by: 'custom', descending: true }, more: { members: [3, 1] } })).toEqual([1, 3])
    expect(ids(table, { more: { found: [4, 2] } })).toEqual([2, 4])
    expect(ids(table, { more: { found: [] } })).toEqual([])
  })

  test('a smart collection is the scope: its own filter counts into the total', () => {
    const table = tableWith([{ gain: 1 }, { gain: 2, stars: 3 }, { gain: 0 }])
    const shown = run(table, query({ filter: { minStars: 1 }, more: { smart: filterSchema.parse({ minGain: 0.3 }) } }))
    expect([[...shown.order], shown.total]).toEqual([[1], 2])
  })

  test('rows that are gone are in nothing', () => {
    const table = tableWith([{}, { id: 0 }, {}])
    expect(ids(table)).toEqual([1, 3])
    expect(countOf(table, filterSchema.parse({}))).toBe(2)
  })
})

describe('sorts', () => {
  test('what is not known comes last in both directions, and equal ones go by name', () => {
    const table = tableWith([{ gain: 1, nameRank: 3 }, { gain: NaN, nameRank: 0 }, { gain: 2, nameRank: 1 }, { gain: 1, nameRank: 2 }])
    expect(ids(table, { sort: { by: 'gain' } })).toEqual([4, 1, 3, 2])
    expect(ids(table, { sort: { by: 'gain', descending: true } })).toEqual([3, 4, 1, 2])
  })

  test('cameras go by the alphabet, not by their numbers', () => {
    const table = tableWith([{ camera: 0 }, { camera: 1 }, {}], { cameras: ['Zenit', 'Agfa'] })
    expect(ids(table, { sort: { by: 'camera' } })).toEqual([2, 1, 3])
  })

  test('any numbers are put in order, stable', () => {
    fc.assert(fc.property(fc.array(fc.record({ captured: fc.oneof(fc.integer({ min: -5, max: 5 }), fc.double({ noNaN: true }), fc.constant(NaN)), stars: fc.integer({ min: 0, max: 5 }) })), fc.boolean(), (rows, descending) => {
      const table = tableWith(rows)
      const known = rows.map(({ captured }, at) => ({ captured, id: at + 1 }))
      const sorted = known.toSorted((one, other) => {
        if (Number.isNaN(one.captured) || Number.isNaN(other.captured)) return Number(Number.isNaN(one.captured)) - Number(Number.isNaN(other.captured))
        return descending ? other.captured - one.captured : one.captured - other.captured
      })
      expect(ids(table, { sort: { by: 'captured', descending } })).toEqual(sorted.map(({ id }) => id))
      const byStars = rows.map(({ stars }, at) => ({ stars, id: at + 1 })).toSorted((one, other) => descending ? other.stars - one.stars : one.stars - other.stars)
      expect(ids(table, { sort: { by: 'stars', descending } })).toEqual(byStars.map(({ id }) => id))
    }), { numRuns: 40 })
  })

  test('an order is worked out anew when its column changes, and the answer says what it hangs on', () => {
    const table = tableWith([{ stars: 1 }, { stars: 2 }])
    const byStars = query({ sort: { by: 'stars', descending: true } })
    const byName = query()
    const before = { stars: editionOf(table, byStars), name: editionOf(table, byName) }
    expect(ids(table, { sort: { by: 'stars', descending: true } })).toEqual([2, 1])
    setValue(table, 'stars', 0, 5)
    expect(ids(table, { sort: { by: 'stars', descending: true } })).toEqual([1, 2])
    expect(editionOf(table, byStars)).not.toBe(before.stars)
    expect(editionOf(table, byName)).toBe(before.name)
    setValue(table, 'stars', 0, 5)
    expect(editionOf(table, byStars)).not.toBe(before.stars)
  })
})

describe('stacks', () => {
  const rows: Row[] = [{ stack: 1 }, { stack: 1, position: 1, stars: 4 }, { stack: 1, position: 2, stars: 5 }, {}]

  test('only the highest is shown, with the size of its stack', () => {
    const table = tableWith(rows)
    const shown = run(table, query())
    expect([...shown.order]).toEqual([0, 3])
    expect(shown.total).toBe(2)
    expect([...shown.stackSizes]).toEqual([3, 0, 0, 0])
    expect([...shown.places]).toEqual([0, -1, -1, 1])
  })

  test('a filter that the top does not pass shows the highest that does', () => {
    expect(ids(tableWith(rows), { filter: { minStars: 4 } })).toEqual([2])
  })

  test('unfolded, members stand behind their top by position, whatever the sort', () => {
    expect(ids(tableWith(rows), { sort: { by: 'stars', descending: true }, more: { unfolded: new Set([1]) } })).toEqual([1, 2, 3, 4])
  })

  test('a stack whose top is gone still folds', () => {
    const table = tableWith([{ stack: 9, position: 1 }, {}])
    expect(ids(table)).toEqual([1, 2])
  })
})
