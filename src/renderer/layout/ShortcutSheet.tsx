/** Every key that works here and now, drawn from the command registry. */
import { useState } from 'react'
import { keysOf } from '../commands/dispatch.ts'
import { keyLabel } from '../commands/keys.ts'
import { useActiveCommands } from '../commands/registry.ts'
import type { CommandGroup } from '../commands/table.ts'
import { useView } from '../state/view.ts'
import { t } from '../words/words.ts'
import { Dialog } from '../ui/Dialog.tsx'
import { TextField } from '../ui/Fields.tsx'
import './shortcuts.css'

const groups: readonly CommandGroup[] = ['general', 'view', 'mark', 'select', 'zoom', 'library', 'develop', 'mask', 'batch']

export function ShortcutSheet() {
  const commands = useActiveCommands()
  const [text, setText] = useState('')
  const shown = [...new Map(commands.map((command) => [command.id, command])).values()]
    .filter((command) => keysOf(command).length > 0 && t(command.label).toLowerCase().includes(text.trim().toLowerCase()))
  return (
    <Dialog title={t('shell.shortcuts.title')} width={960} onClose={() => useView.getState().openDialog(null)}>
      <TextField label={t('shell.shortcuts.find')} value={text} onChange={setText} autoFocus />
      <div className="r-shortcuts">
        {groups.map((group) => {
          const own = shown.filter((command) => command.group === group)
          return own.length > 0 && (
            <section key={group}>
              <h3>{t(`shell.group.${group}`)}</h3>
              <dl>
                {own.map((command) => (
                  <div key={command.id}>
                    <dt>{t(command.label)}</dt>
                    <dd>{keysOf(command).map((key) => <kbd key={key}>{keyLabel(key)}</kbd>)}</dd>
                  </div>
                ))}
              </dl>
            </section>
          )
        })}
      </div>
    </Dialog>
  )
}
