import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import sharp from 'sharp'
import { expect, onTestFinished, test } from 'vitest'
import { IdentifyHere } from '../../../../test/helpers/identify.ts'
import { tempFolder } from '../../../../test/helpers/temp.ts'
import { checkCatalog } from '../catalog/check.ts'
import { openCatalog } from '../catalog/open.ts'
import { PhotosRepo } from '../catalog/photos.repo.ts'
import { Previews } from '../catalog/previews.ts'
import { importPaths } from './import.ts'

const count = 120

test('an import that is killed at any moment leaves a sound catalog, and the next one ends it', async () => {
  const base = await tempFolder()
  const [home, folder] = [join(base, 'home'), join(base, 'photos')]
  await mkdir(folder)
  for (let index = 0; index < count; index++) {
    const background = { r: index, g: 2 * index, b: 9 }
    await sharp({ create: { width: 16, height: 16, channels: 3, background } }).toFile(join(folder, `${index}.png`))
  }
  for (const at of [3, 55, 101]) {
    await killedAt(home, folder, at)
    expect(checkCatalog(join(home, 'catalog.restill'))).toEqual({ ok: true, problems: [] })
  }
  const catalog = openCatalog(join(home, 'catalog.restill'))
  const previews = new Previews(join(home, 'previews.restill'))
  onTestFinished(() => { previews.close(); catalog.close() })
  const photos = new PhotosRepo(catalog)
  const before = photos.count()
  expect(before).toBeGreaterThanOrEqual(100)
  const summary = await importPaths({ catalog, photos, previews, pixels: new IdentifyHere() }, { paths: [folder], recursive: true })
  expect(summary.photos.filter(({ outcome }) => outcome === 'known')).toHaveLength(before)
  expect([summary.photos.length, summary.failed, photos.count()]).toEqual([count, [], count])
})

async function killedAt(home: string, folder: string, at: number): Promise<void> {
  const script = fileURLToPath(new URL('../../../../test/import-process.ts', import.meta.url))
  const child = spawn(process.execPath, [script, home, folder], { stdio: ['ignore', 'pipe', 'inherit'] })
  const closed = once(child, 'close')
  for await (const line of createInterface({ input: child.stdout })) if (Number(line) >= at) child.kill('SIGKILL')
  await closed
}
