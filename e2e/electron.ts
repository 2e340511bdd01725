/** The same window in Electron, wherever its binary is present. `import 'electron'` would try to download one, so it is looked for by hand. */
import { _electron, type ElectronApplication, type Page } from '@playwright/test'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Restill } from './fixture.ts'

const root = join(import.meta.dirname, '..')

/** The binary of the installed Electron package, or the one that RESTILL_ELECTRON names; null when there is none. */
export function electronBinary(): string | null {
  const named = process.env['RESTILL_ELECTRON']
  if (named !== undefined && existsSync(named)) return named
  const pointer = join(root, 'node_modules/electron/path.txt')
  if (!existsSync(pointer)) return null
  const binary = join(root, 'node_modules/electron/dist', readFileSync(pointer, 'utf8').trim())
  return existsSync(binary) ? binary : null
}

export interface Desktop extends Restill {
  readonly door: 'desktop'
  /** The window that Electron opened. */
  window(): Promise<Page>
  close(): Promise<void>
}

/** @param folder holds `photos`; `home` is made in it */
export async function openDesktop(folder: string): Promise<Desktop> {
  const executablePath = electronBinary()
  if (executablePath === null) throw new Error('No Electron binary was found')
  const home = join(folder, 'home')
  let app: ElectronApplication | null = null
  const start = async (): Promise<void> => {
    app = await _electron.launch({ executablePath, args: [root, '--no-sandbox'], env: { ...environment(), RESTILL_HOME: home } })
  }
  const running = (): ElectronApplication => {
    if (app === null) throw new Error('The desktop window does not run')
    return app
  }
  await start()
  return {
    door: 'desktop', home, photos: join(folder, 'photos'),
    get pid() { return running().process().pid ?? 0 },
    window: () => running().firstWindow(),
    open: async (page) => { await page.waitForLoadState() },
    kill: async () => {
      running().process().kill('SIGKILL')
      app = null
    },
    start,
    close: async () => { await app?.close() },
  }
}

function environment(): Record<string, string> {
  return Object.fromEntries(Object.entries(process.env).flatMap(([name, value]) => value === undefined ? [] : [[name, value]]))
}
