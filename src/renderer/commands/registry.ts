/**
 * Every action that has a name and a key. Views add theirs while they are mounted; the shortcut sheet, the menus and the keyboard map
 * are drawn from here, and one listener runs them.
 */
import { useEffect, useSyncExternalStore } from 'react'
import type { WordKey } from '../words/words.ts'

export type CommandGroup = 'general' | 'view' | 'mark' | 'select' | 'zoom' | 'library' | 'develop' | 'mask' | 'batch'

export interface CommandDescription {
  id: string
  label: WordKey
  /** Default patterns (`keys.ts`); the person's own replace them. */
  keys: readonly string[]
  group: CommandGroup
}
export interface Command extends CommandDescription {
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

const known = new Map<string, CommandDescription>()
/** The newest comes last and wins. */
const active: Command[] = []
const listeners = new Set<() => void>()
let snapshot: readonly Command[] = []

function changed(): void {
  snapshot = [...active]
  for (const listener of listeners) listener()
}

function add(commands: readonly Command[]): () => void {
  for (const { id, label, keys, group } of commands) known.set(id, { id, label, keys, group })
  active.push(...commands)
  changed()
  return () => {
    for (const command of commands) {
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

export function knownCommands(): CommandDescription[] {
  return [...known.values()]
}
export function activeCommands(): readonly Command[] {
  return snapshot
}
export function useActiveCommands(): readonly Command[] {
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
