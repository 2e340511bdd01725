/** On the desktop the system's menus show the command registry; a line that is chosen runs like its key. */
import { useEffect } from 'react'
import { bridge } from '../client/bridge.ts'
import { keysOf } from '../commands/dispatch.ts'
import { runCommand, useActiveCommands } from '../commands/registry.ts'
import { usePreferences } from '../state/preferences.ts'
import { t } from '../words/words.ts'

export function useDesktopMenus(): void {
  const commands = useActiveCommands()
  const keys = usePreferences((state) => state.preferences.keys)
  const language = usePreferences((state) => state.language)
  useEffect(() => bridge?.onCommand(runCommand), [])
  useEffect(() => {
    const lines = [...new Map(commands.map((command) => [command.id, command])).values()]
    bridge?.setMenus(lines.map((command) => ({
      id: command.id, label: t(command.label), group: t(`shell.group.${command.group}`), keys: keysOf(command)[0] ?? null, enabled: true,
    })))
  }, [commands, keys, language])
}
