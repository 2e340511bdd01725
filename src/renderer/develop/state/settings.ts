/** Reading and changing develop settings by the engine's descriptor; no engine is known by name. Pure. */
import type { DevelopSettings, EngineChoice, Session } from '../../../shared/contract/develop.ts'
import type { Control, ControlValue } from '../../../shared/descriptor.ts'

export const settingParts = ['engine', 'strength', 'scale', 'mask'] as const
export type SettingPart = (typeof settingParts)[number]

/** Settings of a photo that nobody touched name no engine: Auto chooses. */
export const automatic = 'auto'

export function choiceOf({ engines, automatic: chosen }: Pick<Session, 'engines' | 'automatic'>, settings: DevelopSettings): EngineChoice | undefined {
  const byId = (id: string | null) => engines.find(choice => choice.descriptor.id === id)
  return settings.engine === automatic ? byId(chosen?.engine ?? null) ?? engines[0] : byId(settings.engine)
}

/** A control's value; what is stored but fits the control no more counts as not set. */
export function valueOf(control: Control, settings: DevelopSettings): ControlValue {
  const value = settings.controls[control.id]
  return value !== undefined && fits(control, value) ? value : control.default
}

function fits(control: Control, value: ControlValue): boolean {
  switch (control.kind) {
    case 'number': return typeof value === 'number' && value >= control.min && value <= control.max
    case 'choice': return control.options.some(option => option.value === value)
    case 'toggle': return typeof value === 'boolean'
    case 'text': return typeof value === 'string' && value.length <= control.maxLength
    case 'point': return typeof value === 'string'
  }
}

/** Sets a control of an engine, which is then the one chosen; the default is not written down. Numbers are brought onto the control's steps. */
export function withControl(settings: DevelopSettings, engine: string, control: Control, value: ControlValue): DevelopSettings {
  const asked = control.kind === 'number' && typeof value === 'number' ? onStep(control, value) : value
  const controls = Object.fromEntries(Object.entries(settings.controls).filter(([id]) => id !== control.id))
  return { ...settings, engine, controls: asked === control.default ? controls : { ...controls, [control.id]: asked } }
}

export function onStep(control: Extract<Control, { kind: 'number' }>, value: number): number {
  const steps = Math.round((value - control.min) / control.step)
  const digits = decimals(control.step)
  return Math.min(control.max, Math.max(control.min, Number((control.min + steps * control.step).toFixed(digits))))
}

/** Digits behind the point that a step needs. */
export function decimals(step: number): number {
  const [, fraction = '', exponent = '0'] = /^\d*\.?(\d*)(?:e(-?\d+))?$/.exec(String(step)) ?? []
  return Math.max(0, fraction.length - Number(exponent))
}

/** Another engine begins with its defaults, or with what this photo had with it before; `automatic` has no controls of its own. */
export function withEngine(settings: DevelopSettings, engine: string, remembered: Readonly<Record<string, DevelopSettings['controls']>>): DevelopSettings {
  return { ...settings, engine, pack: null, controls: engine === automatic ? {} : remembered[engine] ?? {} }
}

/** Takes the named parts of other settings. */
export function withParts(settings: DevelopSettings, from: DevelopSettings, parts: readonly SettingPart[]): DevelopSettings {
  const has = (part: SettingPart) => parts.includes(part)
  return {
    ...has('engine') ? { engine: from.engine, pack: from.pack, controls: from.controls } : { engine: settings.engine, pack: settings.pack, controls: settings.controls },
    strength: has('strength') ? from.strength : settings.strength,
    scale: has('scale') ? from.scale : settings.scale,
    mask: has('mask') ? from.mask : settings.mask,
  }
}

/** Equal where the engine must compute the same pixels; strength and mask are blended in the window. */
export function workKey(settings: DevelopSettings): string {
  const controls = Object.entries(settings.controls).sort(([a], [b]) => a < b ? -1 : 1)
  return JSON.stringify([settings.engine, settings.pack, settings.scale, controls])
}

export function sameSettings(a: DevelopSettings, b: DevelopSettings): boolean {
  return workKey(a) === workKey(b) && a.strength === b.strength && JSON.stringify(a.mask) === JSON.stringify(b.mask)
}
