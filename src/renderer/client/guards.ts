/** What came from outside, looked at before it is believed. */

export function hasTexts<K extends string>(value: unknown, ...names: readonly K[]): value is Record<K, string> {
  return typeof value === 'object' && value !== null && names.every((name) => typeof (value as Record<string, unknown>)[name] === 'string')
}

/** @throws TypeError when `text` is no list of whole numbers in JSON */
export function numbersIn(text: string): number[] {
  const value = JSON.parse(text) as unknown
  if (!Array.isArray(value) || !value.every((one) => Number.isInteger(one))) throw new TypeError('no list of numbers')
  return value as number[]
}
