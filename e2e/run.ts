/**
 * Runs the journeys in a Chromium: the one in PATH, else Playwright's own, else says in one line that they were skipped. Then the same
 * journeys in Electron, where its binary is present.
 */
import { chromium } from '@playwright/test'
import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { electronBinary } from './electron.ts'

function findChromium(): string | null {
  const names = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable']
  for (const folder of (process.env['PATH'] ?? '').split(delimiter)) {
    for (const name of names) if (existsSync(join(folder, name))) return join(folder, name)
  }
  return existsSync(chromium.executablePath()) ? chromium.executablePath() : null
}

function journeys(environment: Record<string, string>): void {
  const command = join(import.meta.dirname, '../node_modules/@playwright/test/cli.js')
  const config = join(import.meta.dirname, 'playwright.config.ts')
  const run = spawnSync(process.execPath, [command, 'test', '--config', config, ...process.argv.slice(2)], {
    stdio: 'inherit', env: { ...process.env, ...environment },
  })
  if (run.status !== 0) process.exitCode = run.status ?? 1
}

const browser = findChromium()
if (browser === null) console.log('Browser tests skipped: no Chromium was found (install it, or run "npx playwright install chromium").')
else journeys({ RESTILL_CHROMIUM: browser })
if (electronBinary() === null) console.log('Desktop tests skipped: no Electron binary was found (run "npx electron --version" once to get it).')
else journeys({ RESTILL_E2E_DOOR: 'desktop' })
