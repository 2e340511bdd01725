/** Every engine, by id. A new engine adds one line here. */
import { captionControl, type Descriptor, descriptorSchema } from '../../shared/descriptor.ts'
import { RestillError } from '../../shared/errors.ts'
import { engine as adarevd } from './adarevd/engine.ts'
import { engine as demoe } from './demoe/engine.ts'
import type { Engine } from './engine.ts'
import { engine as glowdeblur } from './glowdeblur/engine.ts'
import { engine as nafnetEdge } from './nafnet-edge/engine.ts'
import { engine as osdd } from './osdd/engine.ts'

const engines = register([nafnetEdge, adarevd, demoe, osdd, glowdeblur])

/** Descriptors in the order in which they are shown. */
export function descriptors(): Descriptor[] {
  return [...engines.values()].map(engine => engine.descriptor)
}

/** @throws RestillError ENGINE_UNKNOWN */
export function engineById(id: string): Engine {
  const engine = engines.get(id)
  if (engine === undefined) throw new RestillError('ENGINE_UNKNOWN', { detail: { engine: id, known: [...engines.keys()].join(', ') } })
  return engine
}

/** Checks what a mistake in a descriptor would break far from here; throws a plain `Error`, since that is a bug. */
export function register(list: readonly Engine[]): Map<string, Engine> {
  const byId = new Map<string, Engine>()
  for (const engine of list) {
    const { id, controls, overlays } = descriptorSchema.parse(engine.descriptor)
    if (byId.has(id)) throw new Error(`two engines are called ${id}`)
    for (const ids of [controls.map(control => control.id), overlays.map(overlay => overlay.id)]) {
      if (new Set(ids).size !== ids.length) throw new Error(`the engine ${id} names two controls or overlays alike`)
    }
    if (controls.some(control => control.id === captionControl && control.kind !== 'text')) throw new Error(`${id}.${captionControl}: a caption is a text`)
    for (const control of controls) {
      if (control.kind === 'number' && !(control.min <= control.default && control.default <= control.max)) throw new Error(`${id}.${control.id}: default out of range`)
      if (control.kind === 'choice' && !control.options.some(option => option.value === control.default)) throw new Error(`${id}.${control.id}: default is no option`)
    }
    byId.set(id, engine)
  }
  return byId
}
