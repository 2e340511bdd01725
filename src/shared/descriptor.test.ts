import { expect, test } from 'vitest'
import { isGenerative, type Descriptor } from './descriptor.ts'

const controls: Descriptor['controls'] = [
  { kind: 'number', id: 'gamma', label: 'Fidelity', help: '', invalidates: 'render', min: 0, max: 1, step: 0.05, default: 0.7, unit: '' },
]

test('an engine makes things up always, never, or while a control lies below a value', () => {
  expect(isGenerative({ generative: true, controls }, { gamma: 1 })).toBe(true)
  expect(isGenerative({ generative: false, controls }, { gamma: 0 })).toBe(false)
  const generative = { control: 'gamma', below: 0.5 }
  expect([0, 0.49, 0.5, 1].map(gamma => isGenerative({ generative, controls }, { gamma }))).toEqual([true, true, false, false])
})

test('a control that is not set has its default, and a rule of a control that is not there errs on the safe side', () => {
  expect(isGenerative({ generative: { control: 'gamma', below: 0.5 }, controls }, {})).toBe(false)
  expect(isGenerative({ generative: { control: 'gamma', below: 0.8 }, controls }, {})).toBe(true)
  expect(isGenerative({ generative: { control: 'nothing', below: 0.5 }, controls }, {})).toBe(true)
})
