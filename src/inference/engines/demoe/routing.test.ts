import { expect, test } from 'vitest'
import { engineById } from '../registry.ts'
import { completeControls } from '../controls.ts'
import { kinds } from './descriptor.ts'
import { expertWeights, leading, likelihoods, probabilities, topK } from './routing.ts'

const order = kinds.map(({ id }) => id)
const likely = [0.1, 0.4, 0.2, 0.25, 0.05]
const controls = (given: Record<string, number | string>) => completeControls(engineById('demoe').descriptor, given)

test('logits become likelihoods that sum to one, however large they are', () => {
  expect(probabilities([0, 0])).toEqual([0.5, 0.5])
  const [first, second] = probabilities([1000, 1000 + Math.log(3)])
  expect(first).toBeCloseTo(0.25)
  expect(second).toBeCloseTo(0.75)
})

test('the k likeliest share one, the others get nothing', () => {
  expect(topK(likely, 1)).toEqual([0, 1, 0, 0, 0])
  const two = topK(likely, 2)
  expect(two.map(weight => weight > 0)).toEqual([false, true, false, true, false])
  expect(two[1]).toBeCloseTo(0.4 / 0.65)
  expect(topK(likely, 5).reduce((sum, weight) => sum + weight, 0)).toBeCloseTo(1)
  expect(topK([0.2, 0.2, 0.2, 0.2, 0.2], 1)).toEqual([1, 0, 0, 0, 0])
})

test('automatic follows the router, a named expert does not, whatever k is', () => {
  expect(expertWeights(order, likely, controls({}))).toEqual([0, 1, 0, 0, 0])
  expect(expertWeights(order, likely, controls({ topK: 5 }))).toHaveLength(5)
  expect(expertWeights(order, likely, controls({ expert: 'low_light', topK: 3 }))).toEqual([0, 0, 0, 0, 1])
})

test('a second expert takes its share of either; mixing an expert with itself changes nothing', () => {
  expect(expertWeights(order, likely, controls({ expert: 'defocus', second: 'low_light', share: 0.25 }))).toEqual([0.75, 0, 0, 0, 0.25])
  expect(expertWeights(order, likely, controls({ second: 'defocus', share: 1 }))).toEqual([1, 0, 0, 0, 0])
  expect(expertWeights(order, likely, controls({ second: 'defocus', share: 0 }))).toEqual([0, 1, 0, 0, 0])
  expect(expertWeights(order, likely, controls({ expert: 'defocus', second: 'defocus', share: 0.3 }))).toEqual([1, 0, 0, 0, 0])
})

test('a pack may have its experts in another order: names decide', () => {
  const turned = order.toReversed()
  expect(expertWeights(turned, likely, controls({ expert: 'defocus' }))).toEqual([0, 0, 0, 0, 1])
  expect(leading(turned, [0, 0, 0, 0, 1])).toBe(0)
  expect(likelihoods(turned, likely)['p.low_light']).toBe(0.1)
})
