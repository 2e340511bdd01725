/** The menus, drawn from the window's own commands. */
import type { MenuItemConstructorOptions } from 'electron'
import { z } from 'zod'
import type { MenuCommand } from '../../shared/bridge.ts'

export const menuCommandsSchema = z.array(z.strictObject({
  id: z.string().max(100), label: z.string().max(200), group: z.string().max(100), keys: z.string().max(40).nullable(), enabled: z.boolean(),
})).max(1000)

/**
 * One menu for each group, in the order they come. Keys are shown, the window itself listens to them: a menu that caught `P` would take it
 * from text fields.
 */
export function menuTemplate(commands: readonly MenuCommand[], platform: NodeJS.Platform, run: (id: string) => void): MenuItemConstructorOptions[] {
  const groups = new Map<string, MenuItemConstructorOptions[]>()
  for (const { id, label, group, keys, enabled } of commands) {
    const lines = groups.get(group) ?? []
    groups.set(group, lines)
    const accelerator = acceleratorOf(keys, platform)
    lines.push({ label, enabled, click: () => { run(id) }, registerAccelerator: false, ...(accelerator === null ? {} : { accelerator }) })
  }
  const menus = [...groups].map(([label, submenu]): MenuItemConstructorOptions => ({ label, submenu }))
  if (platform === 'darwin') return [{ role: 'appMenu' }, ...menus, { role: 'editMenu' }, { role: 'windowMenu' }]
  const [first, ...rest] = menus
  const quit: MenuItemConstructorOptions = { role: 'quit' }
  if (first === undefined) return [{ role: 'fileMenu' }]
  return [{ ...first, submenu: [...first.submenu as MenuItemConstructorOptions[], { type: 'separator' }, quit] }, ...rest]
}

const names: Record<string, string> = {
  Mod: 'CommandOrControl', ArrowLeft: 'Left', ArrowRight: 'Right', ArrowUp: 'Up', ArrowDown: 'Down', Escape: 'Esc', ' ': 'Space', '+': 'Plus',
}

/** `Mod+Shift+C` in Electron's words; null where it has none. A Mac registers every key it shows: single ones are left out there. */
function acceleratorOf(keys: string | null, platform: NodeJS.Platform): string | null {
  if (keys === null) return null
  const parts = keys.split(/(?<=\w)\+/).map((part) => part.replace(/^(?:Digit|Key)(?=.$)/, ''))
  if (platform === 'darwin' && !parts.includes('Mod')) return null
  const accelerator = parts.map((part) => names[part] ?? part).join('+')
  return /^(?:[A-Za-z]+\+)*(?:[!-~]|F\d{1,2}|[A-Z][A-Za-z]+)$/.test(accelerator) ? accelerator : null
}
