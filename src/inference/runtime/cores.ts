/** How many threads a session may use: physical cores, for hyper-threads make convolutions slower. */
import { readdirSync, readFileSync } from 'node:fs'
import { availableParallelism } from 'node:os'

let known: number | undefined

/** Physical cores that this process may use; 0 where only ONNX Runtime can tell (it then counts them itself). */
export function physicalCores(): number {
  known ??= process.platform === 'linux' ? linuxCores() : 0
  return known
}

function linuxCores(): number {
  const base = '/sys/devices/system/cpu'
  try {
    const siblings = readdirSync(base).filter(name => /^cpu\d+$/.test(name))
      .map(name => readFileSync(`${base}/${name}/topology/thread_siblings_list`, 'utf8').trim())
    return Math.max(1, Math.min(new Set(siblings).size, availableParallelism()))
  } catch {
    return availableParallelism()
  }
}
