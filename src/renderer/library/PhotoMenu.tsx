/** What a right click on a photo offers: the same commands as the keys. */
import { keysOf } from '../commands/dispatch.ts'
import { keyLabel } from '../commands/keys.ts'
import { activeCommands, runCommand } from '../commands/registry.ts'
import type { CommandId } from '../commands/table.ts'
import { t } from '../words/words.ts'
import { ContextMenu, type MenuEntry } from '../ui/Menu.tsx'
import { reveal } from './actions.ts'

const groups = [
  ['view.loupe', 'view.compare', 'view.survey', 'view.develop'],
  ['mark.pick', 'mark.reject', 'mark.unflag'],
  ['library.quick', 'library.copy', 'library.stack', 'library.unstack', 'library.fold'],
  ['library.lookForBlur', 'library.rename', 'library.sidecars', 'export'],
  ['library.remove'],
] as const satisfies readonly (readonly CommandId[])[]

export function PhotoMenu({ at, onClose }: { at: { x: number, y: number } | null, onClose: () => void }) {
  if (at === null) return null
  const commands = new Map(activeCommands().map((command) => [command.id, command]))
  const entry = (id: CommandId): MenuEntry[] => {
    const command = commands.get(id)
    const key = command === undefined ? undefined : keysOf(command)[0]
    return command === undefined ? [] : [{ id, label: t(command.label), shortcut: key === undefined ? undefined : keyLabel(key) }]
  }
  const lines = groups.map((ids) => ({ entries: ids.flatMap(entry) }))
  lines[3]?.entries.push({ id: 'reveal', label: t('library.reveal') })
  return (
    <ContextMenu at={at} onClose={onClose} label={t('library.photoMenu')} groups={lines.filter(({ entries }) => entries.length > 0)}
      onAction={(id) => id === 'reveal' ? void reveal() : runCommand(id)} />
  )
}
