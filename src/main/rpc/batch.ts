/** Restoring many, exporting, watching folders. */
import { RestillError } from '../../shared/errors.ts'
import type { ExportPreset } from '../../shared/presets.ts'
import { os, type RpcContext } from './context.ts'

const handlers = os.batch

/**
 * The window names folders by token alone: the path of a preset's own folder comes from the token, or from the stored preset of its name.
 * @throws RestillError PLACE_UNKNOWN
 */
async function checked({ studio, places }: RpcContext, preset: ExportPreset, place: string | null): Promise<{ preset: ExportPreset, outRoot: string | null }> {
  const outRoot = place === null ? null : await places.pathOf(place)
  if (preset.destination.kind !== 'folder') return { preset, outRoot }
  const stored = studio.presets.list().find(({ name }) => name === preset.name)?.destination
  const path = outRoot ?? (stored?.kind === 'folder' ? stored.path : null)
  if (path === null) throw new RestillError('PLACE_UNKNOWN')
  return { preset: { ...preset, destination: { kind: 'folder', path } }, outRoot }
}

export const batchHandlers = handlers.router({
  list: handlers.list.handler(({ context: { studio } }) => studio.batches.list()),
  jobs: handlers.jobs.handler(({ context: { studio }, input }) => studio.batches.jobs(input.batch, input.offset, input.limit)),
  progress: handlers.progress.handler(({ context: { studio, client }, signal }) =>
    studio.batches.progress(signal === undefined ? client.closed : AbortSignal.any([signal, client.closed]))),
  restore: handlers.restore.handler(({ context: { studio }, input: { ids, ...options } }) => studio.batches.restore(ids, options)),
  export: handlers.export.handler(async ({ context, input: { ids, ...asked } }) => {
    const { preset, outRoot } = await checked(context, asked.preset, asked.place)
    return context.studio.batches.export(ids, preset, outRoot)
  }),
  exportNames: handlers.exportNames.handler(async ({ context, input: { ids, ...asked } }) => {
    const { preset, outRoot } = await checked(context, asked.preset, asked.place)
    return context.studio.batches.exportNames(ids, preset, outRoot)
  }),
  pause: handlers.pause.handler(({ context: { studio }, input }) => {
    studio.batches.pause(input.batch, input.kind)
    return {}
  }),
  resume: handlers.resume.handler(({ context: { studio }, input }) => {
    studio.batches.resume(input.batch)
    return {}
  }),
  cancel: handlers.cancel.handler(({ context: { studio }, input }) => ({ cancelled: studio.batches.cancel(input) })),
  retry: handlers.retry.handler(({ context: { studio }, input }) => ({ retried: studio.batches.retry(input.batch, input.states) })),
  reorder: handlers.reorder.handler(({ context: { studio }, input }) => {
    studio.batches.reorder(input.jobs, input.to)
    return {}
  }),
  clear: handlers.clear.handler(({ context: { studio }, input }) => ({ cleared: studio.batches.clear(input.batch) })),
  report: handlers.report.handler(({ context: { studio }, input }) => studio.batches.report(input.batch)),

  presets: handlers.presets.handler(({ context: { studio } }) => studio.presets.list().map((preset) => ({ builtIn: studio.presets.isBuiltIn(preset.name), preset }))),
  savePreset: handlers.savePreset.handler(async ({ context, input }) => {
    const { preset } = await checked(context, input.preset, input.place)
    context.studio.presets.save(preset)
    return {}
  }),
  removePreset: handlers.removePreset.handler(({ context: { studio }, input }) => {
    studio.presets.remove(input.name)
    return {}
  }),

  watches: handlers.watches.handler(({ context: { studio } }) => studio.batches.watches.list().map(({ active, ...watch }) => ({ ...watch, on: active }))),
  watch: handlers.watch.handler(async ({ context: { studio, places }, input }) =>
    ({ id: await studio.batches.watches.add(await places.pathOf(input.place), input.preset, input.settings) })),
  setWatch: handlers.setWatch.handler(async ({ context: { studio }, input }) => {
    await studio.batches.watches.set(input.id, input.on)
    return {}
  }),
  removeWatch: handlers.removeWatch.handler(async ({ context: { studio }, input }) => {
    await studio.batches.watches.remove(input.id)
    return {}
  }),
})
