/**
 * Pictures of every view for the documentation, of our own samples only: `node docs/scripts/screenshots.ts` after `npm run build`.
 * Writes docs/pictures/window/<view>-<width>.jpg, or to the folder that RESTILL_PICTURES names.
 */
import { chromium, type Page } from '@playwright/test'
import { existsSync } from 'node:fs'
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { RestillServer, workFolder } from '../../e2e/fixture.ts'

const target = process.env['RESTILL_PICTURES'] ?? join(import.meta.dirname, '../pictures/window')
const sizes = [{ width: 1440, height: 900 }, { width: 1280, height: 720 }]
const patience = { timeout: 120_000 }
const { folder, remove } = await workFolder()
const server = new RestillServer(folder)
const executablePath = ['/usr/bin/chromium', '/usr/bin/chromium-browser'].find((path) => existsSync(path))
const browser = await chromium.launch({ ...(executablePath === undefined ? {} : { executablePath }), args: ['--no-sandbox', '--disable-gpu'] })
try {
  await mkdir(target, { recursive: true })
  await server.start()
  const page = await browser.newPage({ viewport: sizes[0]! })
  await server.open(page)
  await page.getByRole('button', { name: 'Choose a folder…' }).click()
  const dialog = page.getByRole('dialog')
  await dialog.getByRole('row', { name: 'photos' }).dblclick()
  await dialog.getByRole('row', { name: 'shoot' }).dblclick()
  await dialog.getByText('6 photos').waitFor(patience)
  await dialog.getByRole('button', { name: 'Import this folder' }).click()
  await page.getByText('6 photos').first().waitFor(patience)
  await page.getByRole('button', { name: 'Got it' }).click()
  const grid = page.getByRole('listbox', { name: 'Grid' })
  await page.getByText(/^Looking for blur/).waitFor({ state: 'detached', ...patience })
  await grid.focus()
  for (const key of ['Home', 'Shift+P', 'Shift+4', '6', 'Home', 'ArrowRight', 'ArrowRight', '3', 'Home']) await page.keyboard.press(key)
  await page.locator('.r-toast').first().waitFor({ state: 'detached', ...patience })
  await shots(page, 'library')
  await grid.getByRole('option', { name: /blackboard/ }).click()
  await page.keyboard.press('d')
  await page.locator('[data-layer=result][data-complete=true]').waitFor(patience)
  await page.getByRole('progressbar', { name: 'Preview' }).waitFor({ state: 'detached', ...patience })
  await page.keyboard.press('z')
  await page.keyboard.press('Shift+Y')
  await page.waitForTimeout(3000)
  await shots(page, 'develop-split')
  await page.keyboard.press('j')
  await page.waitForTimeout(3000)
  await shots(page, 'develop-overlay')
  await page.keyboard.press('j')
  await page.keyboard.press('g')
  await grid.focus()
  await page.keyboard.press('Control+a')
  await page.keyboard.press('Control+Shift+E')
  await page.getByText('street-sign_restored.jpg').or(page.getByText('_restored.jpg').first()).first().waitFor(patience)
  await shots(page, 'export')
  await page.keyboard.press('Escape')
  await page.keyboard.press('Control+Enter')
  await page.getByRole('button', { name: 'Show', exact: true }).click()
  await page.getByText('done', { exact: true }).nth(1).waitFor({ timeout: 240_000 })
  await shots(page, 'batch')
  await page.keyboard.press('Control+,')
  await page.getByText(/^usable/).first().waitFor(patience)
  await page.getByRole('button', { name: 'Card' }).first().waitFor(patience)
  await shots(page, 'settings')
  await page.getByRole('button', { name: /Theme$/ }).click()
  await page.getByRole('option', { name: 'High contrast' }).click()
  await page.keyboard.press('g')
  await grid.focus()
  await page.keyboard.press('Home')
  await shots(page, 'library-contrast')
  await page.keyboard.press('d')
  await page.locator('[data-layer=result][data-complete=true]').waitFor(patience)
  await shots(page, 'develop-contrast')
} finally {
  await browser.close()
  await server.stop()
  await remove()
}

async function shots(page: Page, name: string): Promise<void> {
  for (const size of sizes) {
    await page.setViewportSize(size)
    await page.mouse.move(size.width / 2, 4)
    await page.waitForTimeout(1500)
    await page.screenshot({ path: join(target, `${name}-${size.width}.jpg`), type: 'jpeg', quality: 84 })
  }
  await page.setViewportSize(sizes[0]!)
}
