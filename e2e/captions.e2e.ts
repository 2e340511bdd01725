/** A sentence about a photo, typed by hand, on its way to the engine that reads it; and the map of motion that comes with the result. */
import { execFileSync } from 'node:child_process'
import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import sharp from 'sharp'
import { expect, test } from './fixture.ts'

const root = join(import.meta.dirname, '..')
const patience = { timeout: 60_000 }

test.describe.configure({ timeout: 150_000 })

test('a caption typed in the library is Develop\'s control, changes the result, and needs no model; motion lies over the photo as lines', async ({ restill, page }) => {
  await rm(join(restill.photos, 'shoot'), { recursive: true })
  await sharp(join(root, 'resources/samples/street-sign.jpg')).extract({ left: 300, top: 380, width: 240, height: 160 }).jpeg().toFile(join(restill.photos, 'sign.jpg'))
  execFileSync(process.execPath, ['src/main/cli/restill.mjs', 'import', restill.photos], { cwd: root, env: { ...process.env, RESTILL_HOME: restill.home } })
  await restill.open(page)
  await page.getByRole('option', { name: 'sign.jpg' }).or(page.getByRole('gridcell', { name: 'sign.jpg' })).first().click(patience)
  const right = page.locator('[data-region=right]')
  await right.getByRole('button', { name: 'What it shows' }).click()
  await right.getByRole('textbox', { name: 'In a sentence' }).fill('a street sign')
  await page.keyboard.press('Tab')

  await page.locator('#stage').focus()
  await page.keyboard.press('d')
  await page.getByRole('button', { name: 'Engine' }).last().click(patience)
  await page.getByRole('option', { name: /^GLOWDeblur/ }).click()
  const computed = async (): Promise<void> => {
    await expect(page.locator('[data-layer=result]')).toHaveAttribute('data-complete', 'true', patience)
    await expect(page.getByRole('progressbar', { name: 'Preview' })).toHaveCount(0, patience)
  }
  await computed()
  const caption = right.getByRole('textbox', { name: 'What the photo shows' })
  await expect(caption).toHaveValue('a street sign')
  const runs = right.getByText(/network runs?/)
  await expect(runs).toBeVisible(patience)
  const before = await runs.textContent()
  await caption.fill('a red boat')
  await page.keyboard.press('Tab')
  await expect(runs).not.toHaveText(before ?? '', patience)
  await computed()

  await page.getByRole('button', { name: 'Overlay' }).click()
  await page.getByRole('menuitem', { name: 'Motion' }).click()
  await expect(page.locator('.r-develop-lines[data-overlay=motion]').first()).toBeVisible(patience)
  await expect(page.getByRole('status', { name: 'Legend' })).toContainText(/Longest: [\d.]+ pixels/)
  const said = execFileSync(process.execPath, ['src/main/cli/restill.mjs', 'caption', restill.photos, '--host', 'http://127.0.0.1:1', '--json'], {
    cwd: root, env: { ...process.env, RESTILL_HOME: restill.home }, encoding: 'utf8',
  })
  expect(JSON.parse(said)).toMatchObject({ caption: 'a red boat', model: null })
})
