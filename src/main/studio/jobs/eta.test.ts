import { expect, test } from 'vitest'
import { Eta } from './eta.ts'

function clock() {
  let now = 0
  return { eta: new Eta(() => now), at: (seconds: number) => { now = seconds * 1000 } }
}

test('nobody knows before the first tile', () => {
  const { eta, at } = clock()
  eta.started(1, 10)
  at(5)
  expect(eta.secondsLeft(100)).toBeNull()
})

test('within the first photo the tiles tell', () => {
  const { eta, at } = clock()
  eta.started(1, 10)
  at(5)
  eta.progress(1, 0.5)
  expect(eta.secondsLeft(100)).toBeCloseTo(95)
})

test('later the median of what photos cost tells, by megapixels, and one slow photo does not spoil it', () => {
  const { eta, at } = clock()
  for (const [index, end] of [2, 4, 6, 100, 102].entries()) {
    eta.started(index, index === 3 ? 2 : 1)
    at(end)
    eta.finished(index)
  }
  expect(eta.secondsLeft(50)).toBeCloseTo(100)
})

test('two at once cost what lies between their ends', () => {
  const { eta, at } = clock()
  eta.started(1, 10)
  eta.started(2, 10)
  at(10)
  eta.finished(1)
  at(11)
  eta.finished(2)
  at(12)
  expect(eta.secondsLeft(10)).toBeCloseTo(5.5)
})

test('photos that were not computed say nothing about speed', () => {
  const { eta, at } = clock()
  eta.started(1, 10)
  at(1)
  eta.dropped(1)
  expect(eta.secondsLeft(10)).toBeNull()
})
