/**
 * A shoot from card to delivery, as a person would do it: import by dialog and by drop, cull with keys, tune one photo, give its settings
 * to twenty, run them, lose the power in the middle, go on, export, read the report.
 */
import type { Page } from '@playwright/test'
import { mkdir, readFile, readdir, rm } from 'node:fs/promises'
import { basename, join } from 'node:path'
import sharp from 'sharp'
import { expect, test, type Restill } from './fixture.ts'

const samples = join(import.meta.dirname, '../resources/samples')
const patience = { timeout: 120_000 }
test.describe.configure({ timeout: 420_000 })

/** Small cuts of the samples, every one a photo of its own. */
async function cuts(folder: string, count: number, first = 0): Promise<string[]> {
  const names = (await readdir(samples)).filter((name) => name.endsWith('.jpg')).sort()
  const made: string[] = []
  for (let index = first; index < first + count; index++) {
    const name = `cut-${String(index + 1).padStart(2, '0')}.jpg`
    const box = { left: 40 + 37 * index % 700, top: 60 + 53 * index % 500, width: 300, height: 220 }
    await sharp(join(samples, names[index % names.length]!)).extract(box).withMetadata().jpeg({ quality: 92 }).toFile(join(folder, name))
    made.push(name)
  }
  return made
}

/** Drops files on the window the way a file manager does. */
async function drop(page: Page, files: readonly { name: string, bytes: Buffer }[]): Promise<void> {
  const data = await page.evaluateHandle((given) => {
    const transfer = new DataTransfer()
    for (const { name, base64 } of given) {
      const bytes = Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0))
      transfer.items.add(new File([bytes], name, { type: 'image/jpeg' }))
    }
    return transfer
  }, files.map(({ name, bytes }) => ({ name, base64: bytes.toString('base64') })))
  for (const type of ['dragenter', 'dragover', 'drop']) await page.dispatchEvent('body', type, { dataTransfer: data })
}

const option = (page: Page, part: RegExp | string) => page.getByRole('listbox', { name: 'Grid' }).getByRole('option', { name: part })

async function importFolder(page: Page, count: number): Promise<void> {
  await page.getByRole('button', { name: 'Choose a folder…' }).click()
  const dialog = page.getByRole('dialog')
  await dialog.getByRole('row', { name: 'photos' }).dblclick()
  await dialog.getByRole('row', { name: 'shoot' }).dblclick()
  await expect(dialog.getByText(`${count} photos`)).toBeVisible(patience)
  await dialog.getByRole('button', { name: 'Import this folder' }).click()
  await expect(page.getByText(`${count} photos`).first()).toBeVisible(patience)
}

async function prepare(restill: Restill): Promise<void> {
  const shoot = join(restill.photos, 'shoot')
  await rm(shoot, { recursive: true })
  await mkdir(shoot)
  await cuts(shoot, 22)
}

test('a shoot: import, cull, tune, twenty alike, a batch through a power cut, export, report', async ({ restill, window: page, complaints }) => {
  test.skip(restill.door === 'desktop', 'The desktop asks the system for folders; its own script drives that dialog.')
  await prepare(restill)
  await page.reload()
  await importFolder(page, 22)
  await page.getByRole('button', { name: 'Got it' }).click()

  const dropped = await cuts(restill.photos, 1, 22)
  await drop(page, [{ name: dropped[0]!, bytes: await readFile(join(restill.photos, dropped[0]!)) }])
  await expect(page.getByText('23 photos').first()).toBeVisible(patience)

  // Culling: pick two, reject one, three stars with going on, a label; then only the picks are shown.
  await page.getByRole('listbox', { name: 'Grid' }).focus()
  await page.keyboard.press('Home')
  await page.keyboard.press('Shift+P')
  await page.keyboard.press('Shift+X')
  await page.keyboard.press('Shift+3')
  await page.keyboard.press('6')
  await expect(option(page, /picked/)).toHaveCount(1)
  await expect(option(page, /rejected/)).toHaveCount(1)
  await expect(option(page, /3 stars/)).toHaveCount(1)
  await expect(option(page, /red/)).toHaveCount(1)
  await page.keyboard.press('Control+z')
  await expect(option(page, /red/)).toHaveCount(0)

  // Tuning the first photo: strength, and a mask in its middle.
  await page.keyboard.press('Home')
  await page.keyboard.press('d')
  await expect(page.locator('[data-layer=result]')).toHaveAttribute('data-complete', 'true', patience)
  const strength = page.getByRole('textbox', { name: 'Strength, %' })
  await strength.fill('80')
  await strength.press('Enter')
  await page.getByRole('button', { name: 'Radial gradient' }).click()
  await page.getByRole('button', { name: 'Add in the middle' }).click()
  await expect(page.getByText('Outside the mask the photo stays as it was, bit for bit.')).toBeVisible()
  await page.locator('#stage').focus()
  await page.keyboard.press('Control+Shift+C')

  // Its settings to twenty.
  await page.keyboard.press('g')
  await page.getByRole('listbox', { name: 'Grid' }).focus()
  await page.keyboard.press('Home')
  for (let step = 0; step < 19; step++) await page.keyboard.press('Shift+ArrowRight')
  await expect(page.getByText('20 chosen')).toBeVisible()
  await page.keyboard.press('Control+Shift+V')
  await page.getByRole('dialog', { name: 'Paste settings' }).getByRole('button', { name: 'Paste' }).click()
  await expect(page.getByText(/Settings given to (20|19) photos/)).toBeVisible(patience)

  // The batch: started, paused, gone on, cut off, gone on.
  await page.keyboard.press('Control+Enter')
  await page.getByRole('button', { name: 'Show' }).click()
  const batch = page.getByRole('region', { name: 'Restoring 20 photos' })
  await expect(batch.getByText('done', { exact: true }).first()).toBeVisible(patience)
  await page.keyboard.press('p')
  await expect(batch.getByText(/paused/)).toBeVisible(patience)
  await batch.getByRole('button', { name: 'Resume' }).click()
  await expect(batch.getByText('restoring', { exact: true }).first()).toBeVisible(patience)
  await restill.kill()
  await restill.start()
  await restill.open(page)
  await page.getByRole('link', { name: 'Batch' }).or(page.getByRole('tab', { name: 'Batch' })).or(page.getByRole('button', { name: 'Batch', exact: true })).first().click()
  await expect(batch.getByText(/interrupted: nothing is lost/)).toBeVisible(patience)
  await batch.getByRole('button', { name: 'Resume' }).click()
  await expect(batch.getByText('20 / 20')).toBeVisible({ timeout: 240_000 })

  // The report.
  await batch.getByRole('button', { name: 'Report' }).click()
  const report = page.getByRole('dialog', { name: /Report of/ })
  await expect(report.getByText('20 done, 0 suspect, 0 failed, 0 skipped, 0 cancelled')).toBeVisible(patience)
  const [download] = await Promise.all([page.waitForEvent('download'), report.getByText('Save as CSV').click()])
  expect(await readFile(await download.path(), 'utf8')).toContain('cut-01.jpg')
  await page.keyboard.press('Escape')
  // One of the twenty may be the dropped one, whose result lies beside the inbox. Each name is there once: nothing was made twice.
  const restored = (await Promise.all([restill.photos, restill.home].map((folder) => readdir(folder, { recursive: true })))).flat()
    .map((name) => basename(name)).filter((name) => /^cut-\d+_restored.*\.jpg$/.test(name))
  expect(restored).toHaveLength(20)
  expect(restored.filter((name) => !/^cut-\d+_restored\.jpg$/.test(name))).toEqual([])

  // Export with a preset: the name is known before.
  await page.keyboard.press('g')
  await page.getByRole('listbox', { name: 'Grid' }).focus()
  await page.keyboard.press('Home')
  await page.keyboard.press('Control+Shift+E')
  const dialog = page.getByRole('dialog', { name: /Export 1 photo/ })
  await dialog.getByRole('option', { name: 'jpeg-web' }).click()
  await expect(dialog.getByText(/^cut-\d+_restored\.jpg$/)).toBeVisible(patience)
  await dialog.getByRole('textbox', { name: 'Naming template' }).fill('{seq:3}-{name}')
  await expect(dialog.getByText(/^001-cut-\d+\.jpg$/)).toBeVisible(patience)
  await dialog.getByRole('button', { name: 'Export', exact: true }).click()
  await expect(async () => {
    expect(await readdir(join(restill.photos, 'shoot-restored'))).toEqual(expect.arrayContaining([expect.stringMatching(/^001-cut-\d+\.jpg$/)]))
  }).toPass(patience)
  // The connection broke with the power: the browser says so, nothing else is wrong.
  expect(complaints.filter((text) => !/WebSocket|Failed to load resource|ERR_CONNECTION/.test(text))).toEqual([])
})
