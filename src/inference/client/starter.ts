/**
 * Starts a guest process: plain Node with a message channel. Studio's process; from a terminal the same Node that runs the studio.
 * Nothing of the parent's Node flags is inherited: a debugger or test runner would otherwise reach into the guest.
 */
import { type ChildProcess, fork } from 'node:child_process'
import { extname } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Role } from '../../shared/guest.ts'

export interface StartedGuest {
  readonly child: ChildProcess
  /** The last lines that the guest wrote to its standard error. */
  lastWords(): string
}

const keptCharacters = 4000

/** @param executable a Node >= 22.18; Electron's own binary is none and must not be given. */
export function startGuest(role: Role, executable = process.execPath): StartedGuest {
  const here = fileURLToPath(import.meta.url)
  const main = fileURLToPath(new URL(`../guest/main${extname(here)}`, import.meta.url))
  const env = { ...process.env, NODE_OPTIONS: '' }
  const child = fork(main, [`--role=${role}`], {
    execPath: executable, execArgv: [], env, serialization: 'advanced', stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
  })
  let words = ''
  child.stderr?.setEncoding('utf8').on('data', (text: string) => { words = (words + text).slice(-keptCharacters) })
  return { child, lastWords: () => words.trim() }
}
