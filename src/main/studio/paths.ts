/** Where restill keeps its own things on this machine. Photos and results lie where their owner put them. */
import { homedir, platform } from 'node:os'
import { delimiter, join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'

/** `RESTILL_HOME`, else the platform's data folder. */
export function homeFolder(env: NodeJS.ProcessEnv = process.env): string {
  if (env['RESTILL_HOME'] !== undefined && env['RESTILL_HOME'] !== '') return resolve(env['RESTILL_HOME'])
  if (platform() === 'win32') return join(env['APPDATA'] ?? join(homedir(), 'AppData', 'Roaming'), 'restill')
  if (platform() === 'darwin') return join(homedir(), 'Library', 'Application Support', 'restill')
  const data = env['XDG_DATA_HOME']
  return join(data !== undefined && data.startsWith('/') ? data : join(homedir(), '.local', 'share'), 'restill')
}

/** Folders searched for packs, first found wins: named by the user, `RESTILL_PACKS`, `<home>/models`, and those that ship. */
export function packFolders(home: string, named: readonly string[] = [], env: NodeJS.ProcessEnv = process.env): string[] {
  const fromEnv = (env['RESTILL_PACKS'] ?? '').split(delimiter).filter((folder) => folder !== '')
  const shipped = fileURLToPath(new URL('../../../models', import.meta.url))
  return [...new Set([...named, ...fromEnv, join(home, 'models'), shipped].map((folder) => resolve(folder)))]
}
