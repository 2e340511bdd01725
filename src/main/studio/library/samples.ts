/** The photos that come with restill, copied into a folder of the person's own, where results may lie beside them. */
import { copyFile, mkdir, readdir, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { isPhotoName } from './kinds.ts'

const shipped = join(import.meta.dirname, '..', '..', '..', '..', 'resources', 'samples')

/** @param home the studio's own folder. Returns the folder of the samples; what is there already stays. */
export async function bringSamples(home: string): Promise<string> {
  const folder = join(home, 'samples')
  await mkdir(folder, { recursive: true })
  for (const name of (await readdir(shipped)).filter(isPhotoName)) {
    const target = join(folder, name)
    if (await stat(target).then(({ size }) => size === 0, () => true)) await copyFile(join(shipped, name), target)
  }
  return folder
}
