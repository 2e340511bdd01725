/** Long work as a stream of events. */
import { basename } from 'node:path'

/** Work told step by step: the last step is what counts, so those between two reads of the stream are left out. */
export async function* steps<Step extends { name: string }, Outcome>(run: (onProgress: (step: Step) => void) => Promise<Outcome>) {
  const told: Step[] = []
  let moved = Promise.withResolvers<boolean>()
  const work = run((step) => {
    told.splice(0, 1, step)
    moved.resolve(true)
  })
  const end = work.then(() => false, () => false)
  while (await Promise.race([moved.promise, end])) {
    moved = Promise.withResolvers<boolean>()
    for (const step of told.splice(0)) yield { kind: 'progress' as const, ...step, name: basename(step.name) }
    await pause()
  }
  return await work
}

/** Often enough for the eye. */
const pause = () => new Promise<void>((resolve) => { setTimeout(resolve, 50) })
