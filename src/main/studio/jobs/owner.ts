/**
 * Who holds a job: this process, told apart from every other by machine, boot, pid and start time, so that a pid that the system gave
 * to another program is not taken for a living owner.
 */
import { execFileSync } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { readFileSync, readlinkSync } from 'node:fs'
import { hostname, platform } from 'node:os'

/** A name of its own for each studio of this process. */
export function newOwner(): string {
  return [machine(), process.pid, startOf(process.pid) ?? '?', randomBytes(4).toString('hex')].join('|')
}

/** True when the owner surely ended, false when it surely lives, null when this machine cannot tell (another one, or no start times). */
export function isDead(owner: string): boolean | null {
  const [where, pidText, start] = owner.split('|')
  const pid = Number(pidText)
  if (where !== machine() || !Number.isSafeInteger(pid) || pid <= 0) return null
  if (!isRunning(pid)) return true
  const now = startOf(pid)
  if (now === null || start === '?') return null
  return now !== start
}

let machineName: string | undefined
function machine(): string {
  // Containers on one machine have pids of their own, hence the pid namespace.
  machineName ??= [
    hostname(), attempt(() => readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim()),
    attempt(() => readlinkSync('/proc/self/ns/pid')),
  ].map((part) => (part ?? '').replaceAll('|', '')).join('/')
  return machineName
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
}

/** When a process started, as text to compare; null where the system does not say or the process is gone. */
function startOf(pid: number): string | null {
  if (platform() === 'linux') {
    // Field 22 of proc_pid_stat(5), in clock ticks since boot; the name in field 2 may hold spaces and brackets.
    const stat = attempt(() => readFileSync(`/proc/${pid}/stat`, 'utf8'))
    const fields = stat?.slice(stat.lastIndexOf(')') + 2).split(' ')
    // A zombie keeps its entry until its parent looks, but does nothing any more.
    return fields?.[0] === 'Z' ? 'ended' : fields?.[19] ?? null
  }
  if (platform() === 'win32') return null
  return attempt(() => execFileSync('ps', ['-o', 'lstart=', '-p', String(pid)], { encoding: 'utf8', timeout: 5000 }).trim()) ?? null
}

function attempt<T>(action: () => T): T | undefined {
  try {
    return action()
  } catch {
    return undefined
  }
}
