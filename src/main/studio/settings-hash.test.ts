import { expect, test } from 'vitest'
import type { ImageFacts } from '../../shared/guest.ts'
import { presetSchema } from '../../shared/presets.ts'
import { settings } from '../../../test/helpers/jobs.ts'
import { canonical, hashOf, workKeys } from './settings-hash.ts'

const facts: ImageFacts = {
  kind: 'photo', format: 'jpeg', width: 10, height: 10, depth: 8, channels: 3, alpha: false, orientation: 1, profile: null, space: 'rgb',
  pages: 1,
}
const preset = presetSchema.parse({ name: 'a' })

test('the order of keys does not matter, that of lists does', () => {
  expect(hashOf({ a: 1, b: { c: [1, 2], d: undefined } })).toBe(hashOf({ b: { c: [1, 2] }, a: 1 }))
  expect(hashOf([1, 2])).not.toBe(hashOf([2, 1]))
  expect(canonical({ b: null, a: 'x' })).toBe('{"a":"x","b":null}')
})

test('what changes the pixels or the file changes the key; device, tile and name do not', () => {
  const base = workKeys('h', facts, settings, preset)
  const elsewhere = { ...settings, providers: ['cuda' as const], tile: 256, comparisonEdge: 9 }
  expect(workKeys('h', facts, elsewhere, { ...preset, name: 'b', naming: '{name}' })).toEqual(base)
  const others = [
    workKeys('i', facts, settings, preset), workKeys('h', { ...facts, orientation: 6 }, settings, preset),
    workKeys('h', { ...facts, profile: 'P3' }, settings, preset),
    workKeys('h', facts, { ...settings, packHash: 'b' }, preset), workKeys('h', facts, { ...settings, scale: 0.5 }, preset),
  ]
  for (const other of others) expect([other.restoreKey === base.restoreKey, other.workKey === base.workKey]).toEqual([false, false])
  const encodedOtherwise = workKeys('h', facts, { ...settings, strength: 0.5 }, { ...preset, encode: { ...preset.encode, quality: 80 } })
  expect([encodedOtherwise.restoreKey === base.restoreKey, encodedOtherwise.workKey === base.workKey]).toEqual([true, false])
})
