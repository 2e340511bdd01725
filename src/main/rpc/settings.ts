/** The studio's own affairs. */
import { platform } from 'node:os'
import { os } from './context.ts'

const handlers = os.settings

export const settingsHandlers = handlers.router({
  about: handlers.about.handler(async ({ context: { studio, door } }) => {
    const { restill = '', ...versions } = await studio.versions()
    return { door: door.kind, version: restill, versions, platform: platform(), home: studio.home }
  }),
  preferences: handlers.preferences.handler(({ context: { studio } }) => studio.preferences.get()),
  setPreferences: handlers.setPreferences.handler(({ context: { studio }, input }) => studio.preferences.set(input)),
  devices: handlers.devices.handler(({ context: { studio }, input }) => studio.devices(input.fresh)),
  models: handlers.models.handler(({ context: { studio } }) => studio.packs.list()),
  card: handlers.card.handler(async ({ context: { studio }, input }) => ({ markdown: await studio.packs.card(input.id) })),
  verifyModel: handlers.verifyModel.handler(({ context: { studio }, input }) => studio.packs.verify(input.id)),
  removeModel: handlers.removeModel.handler(async ({ context: { studio }, input }) => {
    await studio.packs.remove(input.id)
    return {}
  }),
  setDefaultModel: handlers.setDefaultModel.handler(async ({ context: { studio }, input }) => {
    await studio.packs.setDefault(input.engine, input.id)
    return {}
  }),
  importModel: handlers.importModel.handler(async ({ context: { studio, places }, input }) => studio.packs.import(await places.pathOf(input.place))),
  converter: handlers.converter.handler(({ context: { studio } }) => studio.packs.converter()),
  checkpoints: handlers.checkpoints.handler(async ({ context: { studio, places }, input }) => ({ files: await studio.packs.checkpoints(await places.pathOf(input.place)) })),
  convert: handlers.convert.handler(async ({ context: { studio, places }, input, signal }) =>
    studio.packs.convert({ ...input, folder: await places.pathOf(input.place) }, signal)),
  catalog: handlers.catalog.handler(({ context: { studio } }) => studio.catalog.facts()),
  checkCatalog: handlers.checkCatalog.handler(({ context: { studio } }) => studio.catalog.check()),
  backupCatalog: handlers.backupCatalog.handler(async ({ context: { studio } }) => ({ file: await studio.catalog.backup() })),
})
