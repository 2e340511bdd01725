import { expect, test } from 'vitest'
import type { DevelopSettings } from '../../../shared/contract/develop.ts'
import type { Control, ControlValue } from '../../../shared/descriptor.ts'
import { everyKind } from '../every-kind.fixture.ts'
import { choiceOf, decimals, onStep, sameSettings, valueOf, withControl, withEngine, withParts, workKey } from './settings.ts'

const settings: DevelopSettings = { engine: 'every-kind', pack: null, controls: {}, strength: 1, scale: 'auto', mask: null }
const control = (id: string): Control => everyKind.descriptor.controls.find(entry => entry.id === id)!
const number = control('stop') as Extract<Control, { kind: 'number' }>

test('only what differs from the default is written down', () => {
  const set = (before: DevelopSettings, id: string, value: ControlValue) => withControl(before, 'every-kind', control(id), value)
  const changed = set(set(settings, 'expert', 'shake'), 'whole', false)
  expect(changed.controls).toEqual({ expert: 'shake', whole: false })
  expect(set(changed, 'expert', 'auto').controls).toEqual({ whole: false })
})

test('settings that name no engine have the one that Auto chose, else the first, and name it when one of its controls is set', () => {
  const untouched = { ...settings, engine: 'auto' }
  const other = { ...everyKind, descriptor: { ...everyKind.descriptor, id: 'other' } }
  const engines = [everyKind, other]
  expect(choiceOf({ engines, automatic: null }, untouched)).toBe(everyKind)
  expect(choiceOf({ engines, automatic: { engine: 'other', reason: 'it is best' } }, untouched)).toBe(other)
  expect(choiceOf({ engines, automatic: { engine: 'other', reason: 'it is best' } }, { ...settings, engine: 'every-kind' })).toBe(everyKind)
  expect(choiceOf({ engines: [], automatic: null }, untouched)).toBeUndefined()
  expect(withControl(untouched, 'every-kind', control('expert'), 'shake').engine).toBe('every-kind')
})

test.each([['fidelity', 7], ['fidelity', 'much'], ['expert', 'gone'], ['whole', 1], ['note', 'x'.repeat(201)], ['point', 3]])('a stored %s of %j that fits no more counts as not set', (id, value) => {
  expect(valueOf(control(id), { ...settings, controls: { [id]: value } })).toBe(control(id).default)
})

test('numbers lie on their steps, without binary dust', () => {
  expect(onStep(number, 0.0749)).toBe(0.07)
  expect(onStep(number, 0.1 + 0.2)).toBe(0.3)
  expect(onStep(number, 9)).toBe(0.3)
  expect([0.01, 1, 0.125, 1e-7].map(decimals)).toEqual([2, 0, 3, 7])
})

test('an engine that comes back finds its controls again', () => {
  const away = withEngine({ ...settings, engine: 'other', controls: { a: 1 } }, 'every-kind', { 'every-kind': { expert: 'shake' } })
  expect(away).toMatchObject({ engine: 'every-kind', pack: null, controls: { expert: 'shake' } })
})

test('parts are taken, the rest stays', () => {
  const from: DevelopSettings = { engine: 'b', pack: 'p', controls: { x: 1 }, strength: 0.4, scale: 0.5, mask: { shapes: [], invert: true } }
  expect(withParts(settings, from, ['strength', 'mask'])).toEqual({ ...settings, strength: 0.4, mask: from.mask })
  expect(withParts(settings, from, ['engine', 'scale'])).toEqual({ ...from, strength: 1, mask: null })
})

test('strength and mask ask for no computing; controls do, in whatever order they were set', () => {
  expect(workKey({ ...settings, strength: 0.2, mask: { shapes: [], invert: true } })).toBe(workKey(settings))
  expect(workKey({ ...settings, controls: { a: 1, b: 2 } })).toBe(workKey({ ...settings, controls: { b: 2, a: 1 } }))
  expect(workKey({ ...settings, scale: 0.5 })).not.toBe(workKey(settings))
  expect(sameSettings(settings, { ...settings, strength: 0.9 })).toBe(false)
})
