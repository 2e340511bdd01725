/** What `optimise` found out, one file for each pack and device in `<home>/optimised`. */
import { createHash } from 'node:crypto'
import { mkdir, readdir, readFile, rename, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { type Optimised, optimisedSchema } from '../../../shared/edge.ts'

/** The latest of each pack and device, newest first; what cannot be read counts as not there. */
export async function readOptimised(home: string): Promise<Optimised[]> {
  const folder = folderOf(home)
  const names = (await readdir(folder).catch(() => [])).filter((name) => name.endsWith('.json'))
  const read = await Promise.all(names.map(async (name) => {
    try {
      return optimisedSchema.parse(JSON.parse(await readFile(join(folder, name), 'utf8')))
    } catch {
      return null
    }
  }))
  return read.filter((each) => each !== null).toSorted((a, b) => b.at.localeCompare(a.at))
}

/** @returns the file */
export async function storeOptimised(home: string, found: Optimised): Promise<string> {
  const key = createHash('sha256').update(JSON.stringify([found.packHash, found.provider, found.device])).digest('hex').slice(0, 16)
  const file = join(folderOf(home), `${key}.json`)
  const temporary = `${file}.${process.pid}.tmp`
  await mkdir(folderOf(home), { recursive: true })
  await writeFile(temporary, `${JSON.stringify(found, null, 1)}\n`)
  await rename(temporary, file)
  return file
}

function folderOf(home: string): string {
  return join(home, 'optimised')
}
