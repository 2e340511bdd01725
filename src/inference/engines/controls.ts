/** Fills the controls that were not given with their defaults and checks the others against the descriptor. */
import { type Control, type Controls, type ControlValue, type Descriptor } from '../../shared/descriptor.ts'
import { assertNever, RestillError } from '../../shared/errors.ts'

/** @throws RestillError CONTROL_UNKNOWN, CONTROL_INVALID */
export function completeControls(descriptor: Descriptor, given: Controls): Controls {
  const known = new Map(descriptor.controls.map(control => [control.id, control]))
  for (const [id, value] of Object.entries(given)) {
    const control = known.get(id)
    if (control === undefined) {
      throw new RestillError('CONTROL_UNKNOWN', { detail: { engine: descriptor.id, control: id, known: [...known.keys()].join(', ') || 'none' } })
    }
    const reason = objection(control, value)
    if (reason !== null) throw new RestillError('CONTROL_INVALID', { detail: { control: id, value, reason } })
  }
  return { ...Object.fromEntries(descriptor.controls.map(control => [control.id, control.default])), ...given }
}

function objection(control: Control, value: ControlValue): string | null {
  switch (control.kind) {
    case 'number':
      return typeof value === 'number' && value >= control.min && value <= control.max ? null : `a number from ${control.min} to ${control.max} is expected`
    case 'choice':
      return control.options.some(option => option.value === value) ? null : `one of ${control.options.map(option => option.value).join(', ')} is expected`
    case 'toggle':
      return typeof value === 'boolean' ? null : 'yes or no is expected'
    case 'text':
      return typeof value === 'string' && value.length <= control.maxLength ? null : `a text of at most ${control.maxLength} characters is expected`
    case 'point':
      return typeof value === 'string' ? null : 'the name of a point is expected'
    default:
      return assertNever(control)
  }
}
