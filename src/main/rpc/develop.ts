/** Tuning one photo. */
import { RestillError } from '../../shared/errors.ts'
import { os } from './context.ts'

export const developHandlers = os.develop.router({
  engines: os.develop.engines.handler(({ context: { studio } }) => studio.develop.engines()),
  open: os.develop.open.handler(({ input: { id }, context: { studio, client } }) => studio.develop.open(id, client.closed)),
  close: os.develop.close.handler(async ({ input: { session }, context: { studio } }) => {
    await studio.develop.close(session)
    return {}
  }),
  preview: os.develop.preview.handler(({ input: { session, ...request }, context: { studio, client }, signal }) =>
    studio.develop.preview(session, request, signal === undefined ? client.closed : AbortSignal.any([signal, client.closed]))),
  overlay: os.develop.overlay.handler(({ input: { session, id }, context: { studio } }) => studio.develop.overlay(session, id)),
  sharpness: os.develop.sharpness.handler(({ input: { id }, context: { studio } }) => studio.develop.sharpness(id)),
  settings: os.develop.settings.handler(({ input: { id }, context: { studio } }) => studio.develop.settingsOf(id)),
  apply: os.develop.apply.handler(({ input: { ids, settings, parts, label }, context: { studio } }) => (
    studio.develop.stored.apply(ids, settings, parts, label)
  )),
  reset: os.develop.reset.handler(({ input: { ids }, context: { studio } }) => studio.develop.stored.reset(ids)),
  history: os.develop.history.handler(({ input: { id }, context: { studio } }) => studio.develop.stored.history(id)),
  goTo: os.develop.goTo.handler(({ input: { id, entry }, context: { studio } }) => {
    const settings = studio.develop.stored.goTo(id, entry)
    if (settings === null) throw new RestillError('ITEM_UNKNOWN', { detail: { item: id } })
    return settings
  }),
  saveSnapshot: os.develop.saveSnapshot.handler(({ input: { id, name }, context: { studio } }) => (
    { id: studio.develop.stored.saveSnapshot(id, name) }
  )),
  removeSnapshot: os.develop.removeSnapshot.handler(({ input: { id, snapshot }, context: { studio } }) => {
    studio.develop.stored.removeSnapshot(id, snapshot)
    return {}
  }),
  presets: os.develop.presets.handler(({ context: { studio } }) => studio.develop.stored.presets()),
  savePreset: os.develop.savePreset.handler(({ input: { id, name, settings }, context: { studio } }) => (
    { id: studio.develop.stored.savePreset(id, name, settings) }
  )),
  removePreset: os.develop.removePreset.handler(({ input: { id }, context: { studio } }) => {
    studio.develop.stored.removePreset(id)
    return {}
  }),
})
