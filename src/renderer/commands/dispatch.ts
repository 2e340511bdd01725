/** The one keydown listener. */
import { matches } from './keys.ts'
import { activeCommands, type Command } from './registry.ts'
import type { CommandDescription } from './table.ts'

type Keys = Readonly<Record<string, readonly string[]>>
let own: Keys = {}

/** The person's own keys, from the preferences. */
export function setOwnKeys(keys: Keys): void {
  own = keys
}
export function keysOf({ id, keys }: Pick<CommandDescription, 'id' | 'keys'>): readonly string[] {
  return own[id] ?? keys
}

const presses = ['Enter', ' ']
const moves = ['ArrowLeft', 'ArrowRight', 'ArrowUp', 'ArrowDown', 'Home', 'End', 'PageUp', 'PageDown', 'Enter', ' ']
const fields = 'input:not([type=range],[type=checkbox],[type=radio],[type=button]),textarea,[contenteditable=true]'
const pressed = 'button,a,summary,[role=button],[role=checkbox],[role=switch],[role=tab],[role=menuitem],[role=option],[role=separator],input[type=checkbox],input[type=radio]'
const moved = 'input[type=range],input[type=radio],[role=slider],[role=separator],[role=tab],[role=radio],[role=menu] *,[role=listbox] *,[role=tree] *,[role=treegrid] *'

/** What has the focus may need the key itself. The grid of photos is ours: it bears `data-keys="ours"`. */
function isTaken(event: KeyboardEvent, command: Command): boolean {
  const target = event.target instanceof Element ? event.target : null
  if (target === null || target.closest('[data-keys=ours]') !== null) return false
  if (target.closest('[data-keys=capture]') !== null) return true
  if (command.everywhere === true) return false
  if (target.closest('[role=dialog],[role=alertdialog],[role=menu],[role=listbox]') !== null) return true
  if (target.matches(fields)) return true
  const plain = !event.ctrlKey && !event.metaKey && !event.altKey
  if (plain && presses.includes(event.key) && target.closest(pressed) !== null) return true
  return plain && moves.includes(event.key) && target.matches(moved)
}

function commandFor(event: KeyboardEvent): Command | undefined {
  return activeCommands().findLast((command) =>
    keysOf(command).some((pattern) => matches(event, pattern)) && !isTaken(event, command) && command.when?.() !== false)
}

/** Listens until the returned function is called. */
export function listen(target: Window): () => void {
  let held: { command: Command, code: string, since: number } | null = null
  const release = (): void => {
    held?.command.release?.(performance.now() - held.since)
    held = null
  }
  const down = (event: KeyboardEvent): void => {
    if (event.defaultPrevented || event.isComposing) return
    if (event.repeat && held?.code === event.code) return event.preventDefault()
    const command = commandFor(event)
    if (command === undefined) return
    event.preventDefault()
    if (event.repeat && command.repeats !== true) return
    if (command.release !== undefined) {
      release()
      held = { command, code: event.code, since: performance.now() }
    }
    command.run(event)
  }
  const up = (event: KeyboardEvent): void => {
    if (held?.code === event.code) release()
  }
  target.addEventListener('keydown', down)
  target.addEventListener('keyup', up)
  target.addEventListener('blur', release)
  return () => {
    target.removeEventListener('keydown', down)
    target.removeEventListener('keyup', up)
    target.removeEventListener('blur', release)
  }
}
