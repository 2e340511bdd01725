/** From words on the command line to values, each refusal in one sentence that names the option. */
import { assertNever, RestillError } from '../../shared/errors.ts'
import type { Control, ControlValue, Descriptor } from '../../shared/descriptor.ts'
import { providerNames, type ProviderName, type ScaleChoice } from '../../shared/guest.ts'
import type { Budget } from '../studio/api.ts'

export function usage(reason: string): RestillError {
  return new RestillError('USAGE', { detail: { reason } })
}

/** `0.8` or `80%`. */
export function parseStrength(text: string): number {
  const percent = text.endsWith('%')
  const value = number(percent ? text.slice(0, -1) : text)
  const strength = percent ? value / 100 : value
  if (!(strength >= 0 && strength <= 1))
    throw usage(`--strength cannot be "${text}": it goes from 0 (the photo as it was) to 1 (the full restoration)`)
  return strength
}

const scales = new Map<string, ScaleChoice>([
  ['auto', 'auto'],
  ['1', 1],
  ['0.5', 0.5],
  ['1/2', 0.5],
  ['0.25', 0.25],
  ['1/4', 0.25],
])

export function parseScale(text: string): ScaleChoice {
  const scale = scales.get(text)
  if (scale === undefined) throw usage(`--scale cannot be "${text}": it is auto, 1, 1/2 or 1/4`)
  return scale
}

export function parseTile(text: string): number {
  return integer('--tile', text, 16, 8192)
}

export function parseQuality(text: string): number {
  return integer('--quality', text, 1, 100)
}

/** Device names in order of preference, separated by commas; `auto` leaves the order to restill. */
export function parseDevices(text: string): ProviderName[] {
  if (text === 'auto') return []
  return text.split(',').map((part) => {
    const name = part.trim().toLowerCase()
    const known = providerNames.find((each) => each === name)
    if (known === undefined) throw usage(`--device cannot be "${part}": it is auto or one of ${providerNames.join(', ')}`)
    return known
  })
}

/**
 * `30s`, `5m`, `2h`, with `/photo` or `/batch` behind it; without, seconds count for each photo, minutes and hours for the whole batch.
 */
export function parseBudget(text: string): Budget {
  const found = /^(\d+(?:\.\d+)?)\s*(s|m|min|h)(?:\/(photo|batch))?$/.exec(text.trim().toLowerCase())
  const seconds = found === null ? 0 : Number(found[1]) * ({ s: 1, m: 60, min: 60, h: 3600 }[found[2]!] ?? 0)
  if (found === null || seconds <= 0) throw usage(`--budget cannot be "${text}": write 30s for each photo, 2h for all of them, or say it: 5m/photo, 90s/batch`)
  return { seconds, per: found[3] === 'photo' || (found[3] === undefined && found[2] === 's') ? 'photo' : 'batch' }
}

export function parseInteger(option: string): (text: string) => number {
  return (text) => integer(option, text, 0, Number.MAX_SAFE_INTEGER)
}

/** Collects repeated `--set name=value`. */
export function collectSet(text: string, before: Record<string, string> = {}): Record<string, string> {
  const at = text.indexOf('=')
  if (at < 1) throw usage(`--set needs name=value, not "${text}"`)
  return { ...before, [text.slice(0, at).trim()]: text.slice(at + 1).trim() }
}

/**
 * Checks `--set` against what the engine says of its controls.
 * @throws RestillError CONTROL_UNKNOWN, CONTROL_INVALID
 */
export function parseControls(set: Readonly<Record<string, string>>, descriptor: Descriptor): Record<string, ControlValue> {
  const values: Record<string, ControlValue> = {}
  for (const [name, text] of Object.entries(set)) {
    const control = descriptor.controls.find((each) => each.id === name)
    if (control === undefined) {
      const known = descriptor.controls.map((each) => each.id).join(', ')
      throw new RestillError('CONTROL_UNKNOWN', { detail: { engine: descriptor.id, control: name, known: known === '' ? 'none' : known } })
    }
    values[name] = controlValue(control, text)
  }
  return values
}

/**
 * The engine that `--engine` names; for `auto` the first one, which stands for the default.
 * @throws RestillError ENGINE_UNKNOWN
 */
export function findEngine(id: string, engines: readonly Descriptor[]): Descriptor {
  const found = id === 'auto' ? engines[0] : engines.find((each) => each.id === id)
  if (found === undefined)
    throw new RestillError('ENGINE_UNKNOWN', { detail: { engine: id, known: ['auto', ...engines.map((each) => each.id)].join(', ') } })
  return found
}

/** What `--set` may say for a control: `0.1 to 2 dB`, `a, b or c`. */
export function describeRange(control: Control): string {
  switch (control.kind) {
    case 'number':
      return `${control.min} to ${control.max}${control.unit === '' ? '' : ` ${control.unit}`}`
    case 'choice':
      return control.options.map((option) => option.value).join(', ')
    case 'toggle':
      return 'on, off'
    case 'text':
      return `text, at most ${control.maxLength} characters`
    case 'point':
      return 'a point of its front'
    default:
      return assertNever(control)
  }
}

function controlValue(control: Control, text: string): ControlValue {
  const refuse = (reason: string) => new RestillError('CONTROL_INVALID', { detail: { control: control.id, value: text, reason } })
  switch (control.kind) {
    case 'number': {
      const value = number(text)
      if (!(value >= control.min && value <= control.max)) throw refuse(`it goes from ${describeRange(control)}`)
      return value
    }
    case 'choice':
      if (!control.options.some((option) => option.value === text)) throw refuse(`it is one of ${describeRange(control)}`)
      return text
    case 'toggle': {
      const value = toggles.get(text.toLowerCase())
      if (value === undefined) throw refuse('it is on or off')
      return value
    }
    case 'text':
      if (text.length > control.maxLength) throw refuse(`it has at most ${control.maxLength} characters`)
      return text
    case 'point':
      return text
    default:
      return assertNever(control)
  }
}

const toggles = new Map([
  ['on', true],
  ['true', true],
  ['yes', true],
  ['1', true],
  ['off', false],
  ['false', false],
  ['no', false],
  ['0', false],
])

function integer(option: string, text: string, min: number, max: number): number {
  const value = number(text)
  if (!Number.isInteger(value) || value < min || value > max) {
    throw usage(
      max === Number.MAX_SAFE_INTEGER
        ? `${option} cannot be "${text}": it is a whole number`
        : `${option} cannot be "${text}": it is a whole number from ${min} to ${max}`,
    )
  }
  return value
}

/** NaN for anything but a plain decimal number. */
function number(text: string): number {
  return /^[+-]?(\d+\.?\d*|\.\d+)$/.test(text.trim()) ? Number(text) : Number.NaN
}
