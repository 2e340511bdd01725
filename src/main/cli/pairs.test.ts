import { join } from 'node:path'
import { expect, test } from 'vitest'
import { meanOf } from './commands/eval.ts'
import { matchNames } from './pairs.ts'

test('the same name goes before the same stem; what has no partner is named', () => {
  const { pairs, alone } = matchNames('b', ['1.jpg', '2.png', '3.jpg', 'x.jpg'], 's', ['1.jpg', '1.png', '2.tif', '3.jpg', 'y.jpg'])
  expect(pairs.map(({ name, sharp }) => [name, sharp])).toEqual([
    ['1.jpg', join('s', '1.jpg')],
    ['2.png', join('s', '2.tif')],
    ['3.jpg', join('s', '3.jpg')],
  ])
  expect(alone).toEqual([join('b', 'x.jpg'), join('s', '1.png'), join('s', 'y.jpg')])
})

test('means leave out what is infinite, and are null where nothing is finite', () => {
  const unasked = { niqeBefore: null, niqeAfter: null, niqeSharp: null, featuresBefore: null, featuresAfter: null }
  const image = { name: 'a', psnrBefore: 24, psnrAfter: 25, gain: 1, ssimBefore: 0.8, ssimAfter: 0.9, seconds: 2, ...unasked }
  const same = { ...image, psnrBefore: null, psnrAfter: null, gain: null, ssimBefore: 1, ssimAfter: 1 }
  expect(meanOf([image, same])).toEqual({ psnrBefore: 24, psnrAfter: 25, gain: 1, ssimBefore: 0.9, ssimAfter: 0.95, seconds: 2, ...unasked })
  expect(meanOf([same]).gain).toBeNull()
  expect(meanOf([])).toEqual({ psnrBefore: null, psnrAfter: null, gain: null, ssimBefore: null, ssimAfter: null, seconds: null, ...unasked })
})
