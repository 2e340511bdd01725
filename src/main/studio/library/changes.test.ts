import { spawn } from 'node:child_process'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { deliverResult, draft, tempCatalog } from '../../../../test/helpers/library.ts'
import { ItemsRepo } from '../catalog/items.repo.ts'
import { changesSince, type LibraryChange } from './changes.ts'
import { Journal } from './journal.ts'
import { mark } from './marks.ts'
import { TreeCache } from './tree.ts'

async function listening(since?: number) {
  const { catalog, photos, folder } = await tempCatalog()
  const items = new ItemsRepo(catalog)
  const stop = new AbortController()
  onTestFinished(() => { stop.abort() })
  const stream = changesSince(catalog, items, since ?? items.revision().items, stop.signal)
  const next = async (kind?: LibraryChange['kind']): Promise<LibraryChange> => {
    for (;;) {
      const step = await stream.next()
      if (step.done === true) throw new Error('the stream ended')
      if (kind === undefined || step.value.kind === kind) return step.value
    }
  }
  return { catalog, photos, folder, items, journal: new Journal(catalog), stop, stream, next }
}

test('a mark comes as a patch with the item as it is now', async () => {
  const { photos, items, journal, next } = await listening()
  const id = photos.save(draft('/p/a.jpg'))
  expect(await next('items')).toMatchObject({ items: [{ id, name: 'a.jpg', stars: 0 }], removed: [] })
  mark(journal, [id], { stars: 3 })
  expect(await next('items')).toEqual({ kind: 'items', revision: items.revision().items, items: [items.byId(id)], removed: [] })
})

test('a result comes with its original, and leaves with it told', async () => {
  const { catalog, photos, next } = await listening()
  const id = photos.save(draft('/p/a.jpg'))
  const result = deliverResult(catalog, id, '/p/out/a.jpg')
  expect(await next('items')).toMatchObject({ items: [{ id, stack: id }, { id: result, stack: id, position: 1 }] })
  catalog.db.exec('DELETE FROM results')
  expect(await next('items')).toMatchObject({ removed: [result] })
})

test('what another process does shows as well', async () => {
  const { catalog, photos, next } = await listening()
  const id = photos.save(draft('/p/a.jpg'))
  await next('items')
  const script = `
    import { openCatalog } from ${JSON.stringify(join(import.meta.dirname, '../catalog/open.ts'))}
    import { Journal } from ${JSON.stringify(join(import.meta.dirname, 'journal.ts'))}
    import { mark } from ${JSON.stringify(join(import.meta.dirname, 'marks.ts'))}
    const catalog = openCatalog(${JSON.stringify(catalog.file)})
    mark(new Journal(catalog), [${id}], { label: 'purple' })
    catalog.close()`
  const child = spawn(process.execPath, ['--input-type=module-typescript', '-e', script], { stdio: 'inherit' })
  const gone = new Promise((resolve) => child.once('exit', resolve))
  expect(await next('items')).toMatchObject({ items: [{ id, label: 'purple' }] })
  await gone
  expect(new Journal(catalog).undo()).toBe('Label purple: 1 photo')
})

test('a new folder changes the tree; a revision of another catalog begins anew', async () => {
  const { catalog, photos, items, next } = await listening(9999)
  expect(await next()).toEqual({ kind: 'reset', revision: items.revision().items })
  photos.save(draft('/p/a.jpg'))
  expect((await next('tree')).kind).toBe('tree')
  expect(new TreeCache(catalog, items).get().folders).toMatchObject([{ path: '/p', count: 1 }])
})

test('a change of nearly everything is told as a reset', async () => {
  const { catalog, photos, next } = await listening()
  catalog.write(() => { for (let index = 0; index <= 5000; index++) photos.save(draft(`/p/${index}.jpg`)) })
  expect(await next()).toMatchObject({ kind: 'reset' })
})

test('the stream ends when nobody listens any more', async () => {
  const { stop, stream } = await listening()
  const waiting = stream.next()
  stop.abort()
  expect(await waiting).toEqual({ done: true, value: undefined })
})
