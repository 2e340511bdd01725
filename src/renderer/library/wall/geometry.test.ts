import fc from 'fast-check'
import { expect, test } from 'vitest'
import { gridLayout, lengthOf, moved, offsetOf, placesIn, scrollTo, type Move } from './geometry.ts'

test('cells fill the width', () => {
  expect(gridLayout(900, 200)).toEqual({ lanes: 4, along: 225, across: 225 })
  expect(gridLayout(100, 200)).toEqual({ lanes: 1, along: 100, across: 100 })
})

test('exactly the places that touch the range are in it', () => {
  fc.assert(fc.property(fc.integer({ min: 1, max: 9 }), fc.integer({ min: 20, max: 320 }), fc.integer({ min: 0, max: 2000 }), fc.integer({ min: 0, max: 50_000 }), fc.integer({ min: 1, max: 1000 }), (lanes, along, count, scroll, length) => {
    const layout = { lanes, along, across: along }
    const { first, last } = placesIn(layout, count, scroll, length)
    const seen = Array.from({ length: count }, (_, place) => place).filter((place) => offsetOf(layout, place) < scroll + length && offsetOf(layout, place) + along > scroll)
    expect(Array.from({ length: Math.max(0, last - first) }, (_, at) => first + at)).toEqual(seen)
  }), { numRuns: 60 })
})

test('the scroll moves no more than needed', () => {
  const layout = { lanes: 4, along: 100, across: 100 }
  expect(scrollTo(layout, 0, 250, 300)).toBe(0)
  expect(scrollTo(layout, 20, 250, 300)).toBe(300)
  expect(scrollTo(layout, 12, 250, 300)).toBe(250)
  expect(lengthOf(layout, 9)).toBe(300)
})

test('keys move inside the photos', () => {
  const layout = { lanes: 4, along: 1, across: 1 }
  const go = (place: number, move: Move): number => moved(layout, 10, place, move, 2)
  expect([go(0, 'left'), go(3, 'right'), go(9, 'right'), go(1, 'up'), go(5, 'up'), go(5, 'down'), go(7, 'down'), go(8, 'down'), go(4, 'home'), go(4, 'end'), go(9, 'page-up'), go(1, 'page-down')])
    .toEqual([0, 4, 9, 1, 1, 9, 9, 8, 0, 9, 1, 9])
})
