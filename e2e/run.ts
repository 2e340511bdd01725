/**
 * Runs the browser journeys in a Chromium: the one in PATH, else Playwright's own, else says in one line that they were skipped.
 */
import { chromium } from '@playwright/test'
import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { delimiter, join } from 'node:path'

function findChromium(): string | null {
  const names = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable']
  for (const folder of (process.env['PATH'] ?? '').split(delimiter)) {
    for (const name of names) if (existsSync(join(folder, name))) return join(folder, name)
  }
  return existsSync(chromium.executablePath()) ? chromium.executablePath() : null
}

const browser = findChromium()
if (browser === null) {
  console.log('Browser tests skipped: no Chromium was found (install it, or run "npx playwright install chromium").')
} else {
  const command = join(import.meta.dirname, '../node_modules/@playwright/test/cli.js')
  const run = spawnSync(process.execPath, [command, 'test', '--config', join(import.meta.dirname, 'playwright.config.ts'), ...process.argv.slice(2)], {
    stdio: 'inherit', env: { ...process.env, RESTILL_CHROMIUM: browser },
  })
  process.exitCode = run.status ?? 1
}
