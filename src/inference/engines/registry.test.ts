import { expect, test } from 'vitest'
import type { Descriptor } from '../../shared/descriptor.ts'
import { completeControls } from './controls.ts'
import type { Engine } from './engine.ts'
import { descriptors, engineById, register } from './registry.ts'

const common = { label: 'L', help: 'H', invalidates: 'tile' } as const
const descriptor: Descriptor = {
  ...engineById('nafnet-edge').descriptor, id: 'sample',
  controls: [
    { kind: 'number', id: 'gamma', ...common, min: 0, max: 2, step: 0.1, default: 1, unit: '' },
    { kind: 'choice', id: 'mode', ...common, options: [{ value: 'a', label: 'A' }], default: 'a' },
    { kind: 'toggle', id: 'fast', ...common, default: false },
    { kind: 'text', id: 'caption', ...common, maxLength: 5, default: '' },
    { kind: 'point', id: 'point', ...common, default: 'base' },
  ],
}
const sample: Engine = { ...engineById('nafnet-edge'), descriptor }

test('every engine is found by its id; an unknown one is named with those that exist', () => {
  for (const { id } of descriptors()) expect(engineById(id).descriptor.id).toBe(id)
  expect(() => engineById('abacus')).toThrow(expect.objectContaining({ code: 'ENGINE_UNKNOWN' }))
})

test('two engines of one name, two controls of one name, and impossible defaults are bugs', () => {
  expect(register([sample]).size).toBe(1)
  expect(() => register([sample, sample])).toThrow()
  const broken = (controls: Descriptor['controls']) => () => register([{ ...sample, descriptor: { ...descriptor, controls } }])
  const [number, choice] = descriptor.controls
  expect(broken([number!, number!])).toThrow()
  expect(broken([{ ...number!, default: 3 } as Descriptor['controls'][number]])).toThrow()
  expect(broken([{ ...choice!, default: 'b' } as Descriptor['controls'][number]])).toThrow()
})

test('controls that were not given get their defaults', () => {
  expect(completeControls(descriptor, { gamma: 0.5 })).toEqual({ gamma: 0.5, mode: 'a', fast: false, caption: '', point: 'base' })
})

test.each([['gamma', 3], ['gamma', 'much'], ['mode', 'z'], ['fast', 1], ['caption', 'too long'], ['point', 7]])('%s cannot be %s', (id, value) => {
  expect(() => completeControls(descriptor, { [id]: value })).toThrow(expect.objectContaining({ code: 'CONTROL_INVALID' }))
})

test('a control that does not exist is told with those that do', () => {
  expect(() => completeControls(descriptor, { tau: 1 })).toThrow(expect.objectContaining({ code: 'CONTROL_UNKNOWN' }))
})
