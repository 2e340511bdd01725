/** Which engine, which pack, and every control with its value: what a request leaves open is filled in before anything is planned. */
import { RestillError } from '../../shared/errors.ts'
import type { Control, Controls, ControlValue, Descriptor } from '../../shared/descriptor.ts'
import type { PackListing } from '../../shared/pack.ts'

export interface Chosen { descriptor: Descriptor, pack: PackListing, controls: Controls }

/**
 * `auto` is the first engine, in their own order, that has a usable pack. Without a named pack the one from settings is taken, else the
 * first usable one of the engine.
 * @param preferred pack id by engine id, from settings
 * @throws RestillError ENGINE_UNKNOWN, PACK_MISSING, or what is wrong with the named pack (PACK_ALTERED, PACK_INVALID, PACK_VERSION),
 *   CONTROL_UNKNOWN, CONTROL_INVALID
 */
export function choose(
  request: { engine: string, pack?: string, controls: Record<string, ControlValue> },
  engines: readonly Descriptor[], packs: readonly PackListing[], preferred: (engine: string) => string | undefined = () => undefined,
): Chosen {
  const named = request.pack === undefined
    ? undefined
    : packs.find((pack) => pack.id === request.pack && isUsable(pack)) ?? brokenPack(request.pack, packs)
  const descriptor = request.engine === 'auto'
    ? engines.find(({ id }) => named === undefined ? packs.some((pack) => pack.engine === id && isUsable(pack)) : named.engine === id)
    : engines.find(({ id }) => id === request.engine)
  if (descriptor === undefined) {
    if (request.engine === 'auto') return noPack('', packs)
    throw new RestillError('ENGINE_UNKNOWN', { detail: { engine: request.engine, known: engines.map(({ id }) => id).join(', ') } })
  }
  if (named !== undefined && named.engine !== descriptor.id) {
    throw new RestillError('PACK_MISSING', { detail: { pack: `${named.id} for the engine ${descriptor.id}` } })
  }
  const usable = packs.filter((pack) => pack.engine === descriptor.id && isUsable(pack))
  const pack = named ?? usable.find(({ id }) => id === preferred(descriptor.id)) ?? usable[0] ?? noPack(descriptor.id, packs)
  return { descriptor, pack, controls: resolveControls(descriptor, request.controls) }
}

function isUsable(pack: PackListing): boolean {
  return pack.verified && pack.error === null
}

function brokenPack(id: string, packs: readonly PackListing[]): never {
  const broken = packs.find((pack) => pack.id === id)
  throw broken === undefined ? new RestillError('PACK_MISSING', { detail: { pack: id } }) : errorOf(broken)
}

function noPack(engine: string, packs: readonly PackListing[]): never {
  const broken = packs.find((pack) => (engine === '' || pack.engine === engine) && pack.error !== null)
  if (broken !== undefined) throw errorOf(broken)
  throw new RestillError('PACK_MISSING', { detail: { pack: engine === '' ? '' : `for the engine ${engine}` } })
}

function errorOf(pack: PackListing): RestillError {
  const code = (['PACK_ALTERED', 'PACK_VERSION', 'PACK_MISSING'] as const).find((each) => each === pack.error?.code) ?? 'PACK_INVALID'
  return new RestillError(code, { detail: { file: pack.folder, pack: pack.id, reason: pack.error?.message ?? '' } })
}

/** Every control of the engine with its value, checked. Text is read as a number or a toggle where the control is one. */
function resolveControls(descriptor: Descriptor, given: Record<string, ControlValue>): Controls {
  for (const id of Object.keys(given)) {
    if (descriptor.controls.some((control) => control.id === id)) continue
    const known = descriptor.controls.map((control) => control.id).join(', ') || 'none'
    throw new RestillError('CONTROL_UNKNOWN', { detail: { engine: descriptor.id, control: id, known } })
  }
  return Object.fromEntries(descriptor.controls.map((control) => {
    const value = given[control.id]
    return [control.id, value === undefined ? control.default : checked(control, value)]
  }))
}

const toggles: Record<string, boolean> = { true: true, on: true, yes: true, false: false, off: false, no: false }

function checked(control: Control, value: ControlValue): ControlValue {
  const invalid = (reason: string) => new RestillError('CONTROL_INVALID', { detail: { control: control.id, value, reason } })
  switch (control.kind) {
    case 'number': {
      const number = typeof value === 'string' && value.trim() !== '' ? Number(value) : value
      if (typeof number !== 'number' || !Number.isFinite(number)) throw invalid('it is not a number')
      if (number < control.min || number > control.max) throw invalid(`it lies outside ${control.min} to ${control.max}`)
      return number
    }
    case 'toggle': {
      const toggle = toggles[String(value).toLowerCase()]
      if (toggle === undefined) throw invalid('it is neither on nor off')
      return toggle
    }
    case 'choice':
      if (!control.options.some((option) => option.value === value)) {
        throw invalid(`choose one of ${control.options.map((option) => option.value).join(', ')}`)
      }
      return value
    case 'text':
      if (typeof value !== 'string' || value.length > control.maxLength) throw invalid(`it is longer than ${control.maxLength} characters`)
      return value
    case 'point':
      if (typeof value !== 'string') throw invalid('it is not the name of a point')
      return value
  }
}
