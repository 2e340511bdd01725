/** Looking through photos. */
import { basename } from 'node:path'
import { explain, RestillError } from '../../shared/errors.ts'
import type { ImportSummary } from '../studio/api.ts'
import { os } from './context.ts'
import { steps } from './steps.ts'

export const libraryHandlers = os.library.router({
  changes: os.library.changes.handler(({ context, input, signal }) =>
    context.studio.library.changes(input.since, AbortSignal.any([context.client.closed, ...signal === undefined ? [] : [signal]]))),
  tree: os.library.tree.handler(({ context }) => context.studio.library.tree()),
  members: os.library.members.handler(({ context, input }) => ({ ids: context.studio.library.collections.members(input.collection) })),
  search: os.library.search.handler(({ context, input }) => ({ ids: context.studio.library.search(input.text) })),
  details: os.library.details.handler(({ context, input }) => context.studio.library.details(input.id)),
  thumbnails: os.library.thumbnails.handler(({ context, input }) => ({
    jpegs: context.studio.library.keptThumbnails(input.ids).map((jpeg) => jpeg === null ? null : Buffer.from(jpeg).toString('base64')),
  })),
  names: os.library.names.handler(({ context, input }) => context.studio.library.names(input.ids)),
  mark: os.library.mark.handler(({ context, input: { ids, ...marks } }) => context.studio.library.mark(ids, marks)),
  describe: os.library.describe.handler(({ context, input: { ids, ...words } }) => context.studio.library.describe(ids, words)),
  keywords: os.library.keywords.handler(({ context }) => context.studio.library.keywords()),
  undo: os.library.undo.handler(({ context }) => ({ label: context.studio.library.undo() })),
  redo: os.library.redo.handler(({ context }) => ({ label: context.studio.library.redo() })),
  saveCollection: os.library.saveCollection.handler(({ context, input }) => ({ id: context.studio.library.collections.save(input) })),
  removeCollection: os.library.removeCollection.handler(({ context, input }) => context.studio.library.collections.remove(input.id)),
  collect: os.library.collect.handler(({ context, input }) => context.studio.library.collections.collect(input.collection, input.add, input.remove)),
  stack: os.library.stack.handler(({ context, input }) => context.studio.library.stack(input.ids)),
  unstack: os.library.unstack.handler(({ context, input }) => context.studio.library.unstack(input.ids)),
  copy: os.library.copy.handler(({ context, input }) => context.studio.library.copy(input.ids)),
  remove: os.library.remove.handler(({ context, input }) => context.studio.library.remove(input.ids)),
  rename: os.library.rename.handler(({ context, input }) => context.studio.library.rename(input.id, input.name)),
  saveSidecars: os.library.saveSidecars.handler(async ({ context, input }) => {
    const { written, failed } = await context.studio.library.saveSidecars(input.ids)
    return { written, failed: failed.map(({ path, error }) => ({ name: basename(path), ...problem(error) })) }
  }),
  places: os.library.places.handler(({ context, input }) => context.places.list(input.token)),
  import: os.library.import.handler(async function* ({ context, input, signal }) {
    const paths = await Promise.all(input.tokens.map((token) => context.places.pathOf(token)))
    const { studio } = context
    const closed = AbortSignal.any([context.client.closed, ...signal === undefined ? [] : [signal]])
    const summary = yield* steps((onProgress: (step: ImportStep) => void) => studio.import({ paths, recursive: input.recursive }, { signal: closed, onProgress }))
    yield { kind: 'done' as const, ...summed(summary) }
  }),
  triage: os.library.triage.handler(async function* ({ context, input, signal }) {
    const { studio } = context
    const ids = [...new Set(input.ids.flatMap((id) => studio.library.photoOf(id)?.id ?? []))]
    const closed = AbortSignal.any([context.client.closed, ...signal === undefined ? [] : [signal]])
    const found = yield* steps((onProgress: (step: TriageStep) => void) => studio.triage(ids, { signal: closed, onProgress }))
    const looked = found.flatMap(({ report }) => report === null ? [] : [report])
    const failed = found.flatMap(({ photo, error }) => error === null ? [] : [{ name: photo.name, ...problem(error) }])
    yield { kind: 'done' as const, looked: looked.length, blurred: looked.filter(({ kind }) => kind !== 'sharp').length, failed }
  }),
  samples: os.library.samples.handler(async ({ context }) => ({ token: await context.places.grant(await context.studio.library.samples()) })),
  reveal: os.library.reveal.handler(async ({ context, input }) => {
    const path = context.studio.library.pathOf(input.id)
    if (path === null) throw new RestillError('ITEM_UNKNOWN', { detail: { item: input.id } })
    return { path, opened: await context.door.reveal(path) }
  }),
  noteSeen: os.library.noteSeen.handler(({ context, input }) => {
    context.studio.preferences.set({ tourSeen: input.tour })
    return {}
  }),
})

interface ImportStep { found: number, done: number, name: string }
interface TriageStep { total: number, done: number, name: string }

function summed({ photos, ignored, failed }: ImportSummary) {
  const count = (...outcomes: string[]): number => photos.filter(({ outcome }) => outcomes.includes(outcome)).length
  return {
    added: count('new', 'duplicate'), known: count('known', 'changed', 'metadata'), moved: count('moved'), ids: photos.map(({ id }) => id),
    ignored: ignored.map(({ path, reason }) => ({ name: basename(path), reason })),
    failed: failed.map(({ path, code, detail }) => ({ name: basename(path), ...problem(new RestillError(code, { detail })) })),
  }
}

function problem(error: RestillError): { message: string, hint: string } {
  const { message, hint } = explain(error)
  return { message, hint }
}
