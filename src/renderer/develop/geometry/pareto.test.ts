import { expect, test } from 'vitest'
import { everyKind } from '../every-kind.fixture.ts'
import { chartOf, pointBeside } from './pareto.ts'

const front = everyKind.points['point']!

test('points run from fast and low to slow and high, inside the margin', () => {
  const { points, line } = chartOf(front.toReversed(), 200, 100, 10)
  expect(points.map(point => point.value)).toEqual(['fast', 'middle', 'best'])
  expect(points[0]).toMatchObject({ x: 10, y: 90 })
  expect(points[2]).toMatchObject({ x: 190, y: 10 })
  expect(line.startsWith('M10.0 90.0L')).toBe(true)
})

test('one point lies in the middle, and times of zero do no harm', () => {
  expect(chartOf(front.slice(0, 1), 200, 100, 10).points[0]).toMatchObject({ x: 100, y: 50 })
  const { points } = chartOf([{ value: 'a', label: 'A', milliseconds: 0, gainDb: 0 }, { value: 'b', label: 'B', milliseconds: 10, gainDb: 0 }], 200, 100, 10)
  expect(points.every(point => Number.isFinite(point.x) && Number.isFinite(point.y))).toBe(true)
})

test('arrows go from point to point and stop at the ends', () => {
  expect(pointBeside(front, 'middle', 1)).toBe('best')
  expect(pointBeside(front, 'best', 1)).toBe('best')
  expect(pointBeside(front, 'gone', 1)).toBe('fast')
})
