import { expect, test } from 'vitest'
import { asRestillError } from '../../shared/errors.ts'
import { collectSet, findEngine, parseBudget, parseControls, parseDevices, parseQuality, parseScale, parseStrength, parseTile } from './arguments.ts'
import { descriptor } from './fake-studio.ts'

function codeOf(work: () => unknown): string {
  try {
    work()
  } catch (error) {
    return asRestillError(error).code
  }
  return 'none'
}

test('strength is a share or a percentage', () => {
  expect(['0', '1', '.5', '0.75', '80%', '100%'].map(parseStrength)).toEqual([0, 1, 0.5, 0.75, 0.8, 1])
  for (const text of ['-0.1', '1.01', '120%', 'full', '', 'NaN', '1e-1', '0x1'])
    expect(
      codeOf(() => parseStrength(text)),
      text,
    ).toBe('USAGE')
})

test('scale, tile, quality and devices', () => {
  expect(['auto', '1', '1/2', '0.5', '1/4', '0.25'].map(parseScale)).toEqual(['auto', 1, 0.5, 0.5, 0.25, 0.25])
  expect(codeOf(() => parseScale('2'))).toBe('USAGE')
  expect(codeOf(() => parseScale('constructor'))).toBe('USAGE')
  expect(parseTile('384')).toBe(384)
  for (const text of ['0', '15', '1.5', '9000', 'big'])
    expect(
      codeOf(() => parseTile(text)),
      text,
    ).toBe('USAGE')
  expect(codeOf(() => parseQuality('101'))).toBe('USAGE')
  expect(parseDevices('CUDA, cpu')).toEqual(['cuda', 'cpu'])
  expect(parseDevices('auto')).toEqual([])
  expect(codeOf(() => parseDevices('cuda,gpu'))).toBe('USAGE')
})

test('--set is collected, the last one wins, a value may hold an equals sign', () => {
  expect(collectSet('b=x=y', collectSet('a=1', { a: '0' }))).toEqual({ a: '1', b: 'x=y' })
  expect(codeOf(() => collectSet('tau'))).toBe('USAGE')
  expect(codeOf(() => collectSet('=1'))).toBe('USAGE')
})

test('controls are checked by the description of the engine', () => {
  expect(parseControls({ tau: '1.5', kind: 'defocus', fine: 'ON', words: 'a dog' }, descriptor)).toEqual({
    tau: 1.5,
    kind: 'defocus',
    fine: true,
    words: 'a dog',
  })
  expect(codeOf(() => parseControls({ gamma: '1' }, descriptor))).toBe('CONTROL_UNKNOWN')
  for (const set of [{ tau: '3' }, { tau: '-1' }, { tau: 'x' }, { kind: 'fog' }, { fine: 'maybe' }, { words: 'far too many words' }]) {
    expect(
      codeOf(() => parseControls(set, descriptor)),
      JSON.stringify(set),
    ).toBe('CONTROL_INVALID')
  }
})

test('engines are found by id; auto stands for the first', () => {
  expect(findEngine('auto', [descriptor]).id).toBe('nafnet-edge')
  expect(codeOf(() => findEngine('other', [descriptor]))).toBe('ENGINE_UNKNOWN')
})

test.each<[string, number, 'photo' | 'batch']>([
  ['30s', 30, 'photo'], ['1.5s', 1.5, 'photo'], ['5m', 300, 'batch'], ['2h', 7200, 'batch'], ['5m/photo', 300, 'photo'], ['90S/Batch', 90, 'batch'],
])('a budget of %s', (text, seconds, per) => {
  expect(parseBudget(text)).toEqual({ seconds, per })
})

test.each(['', '30', '0s', '-5s', '5 days', '2h/day'])('a budget cannot be "%s"', (text) => {
  expect(() => parseBudget(text)).toThrow(/--budget/)
})
