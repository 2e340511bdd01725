import { expect, test } from 'vitest'
import type { Descriptor } from '../../shared/descriptor.ts'
import type { PackListing } from '../../shared/pack.ts'
import { choose } from './packs.ts'

const engine = (id: string, controls: Descriptor['controls'] = []): Descriptor =>
  ({ id, title: id, sentence: '', paper: { title: '', year: 2022, reference: '' }, controls, overlays: [], generative: false })
const pack = (id: string, of: string, error: PackListing['error'] = null): PackListing =>
  ({ folder: `/${id}`, id, engine: of, version: '1.0.0', title: id, licence: 'MIT', bytes: 1, verified: error === null, hash: id, error })
const altered = { code: 'PACK_ALTERED', message: 'altered', hint: '' }
const tau: Descriptor['controls'][number] =
  { kind: 'number', id: 'tau', label: '', help: '', invalidates: 'tile', min: 0, max: 1, step: 0.1, default: 0.5, unit: '' }
const quick: Descriptor['controls'][number] = { kind: 'toggle', id: 'quick', label: '', help: '', invalidates: 'tile', default: false }
const code = (expected: string): unknown => expect.objectContaining({ code: expected })
type Given = Record<string, string | number | boolean>
const ask = (changes: { engine?: string, pack?: string, controls?: Given } = {}) => ({ engine: 'auto', controls: {}, ...changes })

test('auto is the first engine with a usable pack', () => {
  const chosen = choose(ask(), [engine('a'), engine('b')], [pack('bad', 'a', altered), pack('good', 'b')])
  expect([chosen.descriptor.id, chosen.pack.id]).toEqual(['b', 'good'])
})

test('a named pack decides the engine; a preferred one goes before the first', () => {
  const packs = [pack('one', 'a'), pack('two', 'a'), pack('three', 'b')]
  expect(choose(ask({ pack: 'three' }), [engine('a'), engine('b')], packs).descriptor.id).toBe('b')
  expect(choose(ask(), [engine('a')], packs, () => 'two').pack.id).toBe('two')
  expect(choose(ask(), [engine('a')], packs, () => 'gone').pack.id).toBe('one')
})

test('what cannot be is refused with what is wrong', () => {
  const engines = [engine('a', [tau])]
  const packs = [pack('bad', 'a', altered), pack('other', 'b')]
  expect(() => choose(ask(), engines, [])).toThrow(code('PACK_MISSING'))
  expect(() => choose(ask(), engines, packs)).toThrow(code('PACK_ALTERED'))
  expect(() => choose(ask({ pack: 'bad' }), engines, packs)).toThrow(code('PACK_ALTERED'))
  expect(() => choose(ask({ pack: 'none' }), engines, packs)).toThrow(code('PACK_MISSING'))
  expect(() => choose(ask({ engine: 'a', pack: 'other' }), engines, packs)).toThrow(code('PACK_MISSING'))
  expect(() => choose(ask({ engine: 'z' }), engines, packs)).toThrow(code('ENGINE_UNKNOWN'))
})

test('controls get their defaults, text becomes what the control is, the rest is refused', () => {
  const engines = [engine('a', [tau, quick])]
  const packs = [pack('one', 'a')]
  const controls = (given: Given) => choose(ask({ controls: given }), engines, packs).controls
  expect(controls({})).toEqual({ tau: 0.5, quick: false })
  expect(controls({ tau: '0.25', quick: 'on' })).toEqual({ tau: 0.25, quick: true })
  for (const given of [{ tau: 2 }, { tau: 'much' }, { tau: '' }, { quick: 'perhaps' }]) {
    expect(() => controls(given)).toThrow(code('CONTROL_INVALID'))
  }
  expect(() => controls({ other: 1 })).toThrow(code('CONTROL_UNKNOWN'))
})
