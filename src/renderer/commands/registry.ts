/**
 * What can be done here and now. Views add their commands while they are mounted; the shortcut sheet and the menus are drawn from here,
 * and one listener runs them. `table.ts` says what each is called and which keys it has.
 */
import { useEffect, useSyncExternalStore } from 'react'
import { describeCommand, type CommandDescription, type CommandId } from './table.ts'

export interface Command {
  id: CommandId
  /** False leaves the key to others. */
  when?: () => boolean
  run: (event?: KeyboardEvent) => void
  /** Called when the key comes up again, with how long it was down, milliseconds. */
  release?: (held: number) => void
  /** Runs again while the key is held. */
  repeats?: boolean
  /** Also while a text field or a dialog has the focus. */
  everywhere?: boolean
}

type ActiveCommand = Command & CommandDescription

/** The newest comes last and wins. */
const active: ActiveCommand[] = []
const listeners = new Set<() => void>()
let snapshot: readonly ActiveCommand[] = []

function changed(): void {
  snapshot = [...active]
  for (const listener of listeners) listener()
}

function add(commands: readonly Command[]): () => void {
  const added = commands.map((command) => ({ ...describeCommand(command.id), ...command }))
  active.push(...added)
  changed()
  return () => {
    for (const command of added) {
      const at = active.indexOf(command)
      if (at >= 0) active.splice(at, 1)
    }
    changed()
  }
}

/** Adds commands while the component is mounted. `dependencies` as for an effect: what `run` and `when` close over. */
export function useCommands(commands: readonly Command[], dependencies: readonly unknown[]): void {
  // The list is made anew at each render; the dependencies say when it differs.
  useEffect(() => add(commands), [...dependencies])
}

export function activeCommands(): readonly ActiveCommand[] {
  return snapshot
}
export function useActiveCommands(): readonly ActiveCommand[] {
  return useSyncExternalStore(subscribe, activeCommands)
}
function subscribe(listener: () => void): () => void {
  listeners.add(listener)
  return () => listeners.delete(listener)
}
export function runCommand(id: string): void {
  const command = active.findLast((candidate) => candidate.id === id && candidate.when?.() !== false)
  command?.run()
}
