/** Digits after the point that a step needs. */
export function decimalsOf(step: number): number {
  const text = String(step)
  const [mantissa = '', exponent = '0'] = text.split('e-')
  return (mantissa.split('.')[1]?.length ?? 0) + Number(exponent)
}

/** `value` moved by `by`, inside `min`..`max`, without the dust of binary fractions. */
export function steppedBy(value: number, by: number, min: number, max: number): number {
  return Math.min(max, Math.max(min, Number((value + by).toFixed(10))))
}
