/** Kept masters up to a size: the oldest go first. A master that is gone is computed anew when it is needed. */
import { readdir, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import type { JobParts } from '../jobs/parts.ts'

/** @returns bytes that were freed */
export async function trimMasters({ home, results, log }: Pick<JobParts, 'home' | 'results' | 'log'>, gigabytes: number): Promise<number> {
  const folder = join(home, 'masters')
  const names = await readdir(folder).catch(() => [])
  const files = (await Promise.all(names.map(async (name) => {
    const path = join(folder, name)
    const stats = await stat(path).catch(() => null)
    return stats === null ? [] : [{ path, bytes: stats.size, at: stats.mtimeMs }]
  }))).flat().sort((a, b) => b.at - a.at)
  let room = gigabytes * 1e9
  let freed = 0
  for (const { path, bytes } of files) {
    room -= bytes
    if (room >= 0) continue
    try {
      await rm(path)
      results.forgetMaster(path)
      freed += bytes
    } catch (error) {
      log.write(`master ${path} was left`, error)
    }
  }
  return freed
}
