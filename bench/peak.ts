/** The most memory that the guests held. Linux alone tells the peak of a process, in /proc. */
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'

/** Sum over our child processes, in bytes. This process makes photos itself, so its own peak would say nothing. */
export async function peakBytes(): Promise<number> {
  let sum = 0
  for (const name of await readdir('/proc')) {
    if (!/^\d+$/.test(name)) continue
    const status = await readFile(join('/proc', name, 'status'), 'utf8').catch(() => '')
    if (!new RegExp(`^PPid:\\s+${process.pid}$`, 'm').test(status)) continue
    sum += Number(/^VmHWM:\s+(\d+) kB/m.exec(status)?.[1] ?? 0) * 1024
  }
  return sum
}
