/** The shoot's journey without a mouse: every step by keys, as a hand that never leaves the keyboard, or a person who cannot use one, goes. */
import type { Locator, Page } from '@playwright/test'
import { readFile, readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from './fixture.ts'
import { developed, grid, option, patience, prepareShoot } from './photos.ts'

test.describe.configure({ timeout: 420_000 })

/** Presses Tab until the element has the focus. */
async function tabTo(page: Page, target: Locator, key: 'Tab' | 'Shift+Tab' = 'Tab', most = 40): Promise<void> {
  for (let press = 0; press < most; press++) {
    if (await target.evaluate((element) => element === document.activeElement).catch(() => false)) return
    await page.keyboard.press(key)
  }
  const where = await page.evaluate(() => document.activeElement?.outerHTML.slice(0, 200))
  throw new Error(`Tab does not come to ${target.toString()}; it is at ${where ?? 'nothing'}`)
}

/** Presses F6 until the focus is in a region. */
async function regionTo(page: Page, name: 'top' | 'left' | 'filters' | 'stage' | 'toolbar' | 'right' | 'filmstrip' | 'notes'): Promise<void> {
  for (let press = 0; press < 9; press++) {
    await page.keyboard.press('F6')
    if (await page.evaluate((region) => document.activeElement?.closest(`[data-region=${region}]`) !== null, name)) return
  }
  throw new Error(`F6 does not come to the region ${name}`)
}

/** Opens the list of the button that has the focus; keys go to its options once one of them has it. */
async function openList(page: Page): Promise<void> {
  await expect.poll(() => page.evaluate(() => document.activeElement?.tagName), patience).toBe('BUTTON')
  await page.keyboard.press('Space')
  await expect.poll(() => page.evaluate(() => document.activeElement?.getAttribute('role')), patience).toBe('option')
}

const focused = (page: Page): Promise<string> => page.evaluate(() => document.activeElement?.tagName ?? '')

test('a shoot by keys alone: import, cull, filter, tune, mask, settings to all, a batch with a pause, export, report', async ({ restill, window: page, complaints }) => {
  test.skip(restill.door === 'desktop', 'The desktop asks the system for folders; its own script drives that dialog.')
  // Large enough for the batch to be still at work when its pause is pressed.
  await prepareShoot(restill, 6, { width: 900, height: 700 })
  await page.reload()
  const dialog = page.getByRole('dialog')
  const { keyboard } = page

  await test.step('import', async () => {
    await expect(page.getByRole('heading', { name: 'Drop a folder here' })).toBeVisible(patience)
    await keyboard.press('Control+Shift+i')
    await tabTo(page, dialog.getByRole('row', { name: 'photos' }))
    await keyboard.press('Enter')
    await expect(dialog.getByRole('row', { name: 'shoot' })).toBeVisible()
    await tabTo(page, dialog.getByRole('row', { name: 'shoot' }))
    await keyboard.press('Enter')
    await expect(dialog.getByText('6 photos')).toBeVisible(patience)
    await tabTo(page, dialog.getByRole('button', { name: 'Import this folder' }))
    await keyboard.press('Enter')
    await expect(grid(page).getByRole('option')).toHaveCount(6, patience)
  })

  await test.step('cull', async () => {
    await regionTo(page, 'filters')
    await tabTo(page, page.getByRole('button', { name: 'Got it' }))
    await keyboard.press('Enter')
    await regionTo(page, 'stage')
    await expect(grid(page)).toBeFocused()
    for (const key of ['Home', 'Shift+P', 'Shift+X', 'Shift+P', '4', '7', 'Control+z']) await keyboard.press(key)
    await expect(option(page, /picked/)).toHaveCount(2)
    await expect(option(page, /rejected/)).toHaveCount(1)
    await expect(option(page, /4 stars/)).toHaveCount(1)
    await expect(option(page, /yellow/)).toHaveCount(0)
    // The note has the way back, too.
    await keyboard.press('3')
    await regionTo(page, 'notes')
    await tabTo(page, page.getByRole('button', { name: 'Undo' }))
    await keyboard.press('Enter')
    await expect(option(page, /3 stars/)).toHaveCount(0)
    await expect(grid(page)).toBeFocused()
  })

  await test.step('filter', async () => {
    await regionTo(page, 'filters')
    await tabTo(page, page.getByRole('button', { name: 'picked' }).first())
    await keyboard.press('Space')
    await expect(page.getByText('2 of 6', { exact: true })).toBeVisible()
    await tabTo(page, page.getByRole('button', { name: 'State' }))
    await keyboard.press('Enter')
    await keyboard.press('Escape')
    await expect(page.getByRole('button', { name: 'State' })).toBeFocused()
    await tabTo(page, page.getByRole('button', { name: 'Lift all filters' }))
    await keyboard.press('Enter')
    await expect(grid(page).getByRole('option')).toHaveCount(6)
    await regionTo(page, 'left')
    await tabTo(page, page.getByRole('option', { name: 'All photos' }))
    await keyboard.press('ArrowDown')
    await expect(page.getByRole('option', { name: /^Worth fixing/ })).toBeFocused()
    await keyboard.press('ArrowDown')
    await expect(page.getByRole('heading', { name: 'This collection is empty' })).toBeVisible()
    await keyboard.press('Home')
    await expect(grid(page).getByRole('option')).toHaveCount(6)
  })

  await test.step('tune', async () => {
    await regionTo(page, 'stage')
    await keyboard.press('Home')
    await keyboard.press('d')
    await developed(page)
    await regionTo(page, 'right')
    await tabTo(page, page.getByRole('button', { name: 'Engine' }).last())
    await openList(page)
    await keyboard.press('End')
    await keyboard.press('Enter')
    const newest = page.getByRole('list', { name: 'History' }).getByRole('listitem').first()
    await expect(newest).toHaveText(/^Engine: (?!Automatic)/, patience)
    await developed(page)
    await openList(page)
    await keyboard.press('Home')
    await keyboard.press('Enter')
    await expect(newest).toHaveText('Engine: Automatic', patience)
    await developed(page)
    await openList(page)
    await keyboard.type('naf')
    await keyboard.press('Enter')
    await expect(newest).toHaveText('Engine: NAFNet edge', patience)
    await developed(page)
    await tabTo(page, page.getByRole('slider', { name: 'Strength' }))
    await keyboard.press('Shift+ArrowLeft')
    await expect(page.getByRole('textbox', { name: 'Strength, %' })).toHaveValue('90')
    await keyboard.press('Shift+m')
    await tabTo(page, page.getByRole('button', { name: 'Add in the middle' }))
    await keyboard.press('Enter')
    await expect(page.getByText('Outside the mask the photo stays as it was, bit for bit.')).toBeVisible()
    // The shape itself: its middle goes to the right by arrows.
    const pin = page.getByRole('button', { name: /Radial gradient 1/ }).and(page.locator('.r-develop-mask-pin'))
    await regionTo(page, 'stage')
    await keyboard.press('F6')
    await tabTo(page, pin)
    const before = await pin.locator('circle').getAttribute('cx')
    for (let press = 0; press < 3; press++) await keyboard.press('ArrowRight')
    await expect(pin.locator('circle')).not.toHaveAttribute('cx', before!)
    await expect(pin).toBeFocused()
    await keyboard.press('Escape')
    await keyboard.press('Shift+y')
    await regionTo(page, 'stage')
    await keyboard.press('F6')
    await tabTo(page, page.getByRole('slider', { name: 'Line between before and after' }))
    await keyboard.press('Shift+ArrowLeft')
    await expect(page.getByRole('slider', { name: 'Line between before and after' })).toHaveAttribute('aria-valuenow', '40')
    await keyboard.press('Control+Shift+c')
  })

  await test.step('settings to all', async () => {
    await keyboard.press('g')
    await expect(grid(page)).toBeFocused()
    await keyboard.press('Control+a')
    await keyboard.press('Control+Shift+v')
    await expect(dialog.getByRole('button', { name: 'Paste' })).toBeFocused()
    await keyboard.press('Enter')
    await expect(page.getByText(/Settings given to [56] photos/)).toBeVisible(patience)
    await expect(grid(page)).toBeFocused()
  })

  await test.step('batch', async () => {
    await keyboard.press('Control+Enter')
    await keyboard.press('Control+Shift+b')
    const batch = page.getByRole('region', { name: 'Restoring 6 photos' })
    await expect(batch.getByText('restoring', { exact: true }).or(batch.getByText('done', { exact: true })).first()).toBeVisible(patience)
    await keyboard.press('p')
    await expect(batch.getByRole('button', { name: 'Resume' })).toBeVisible(patience)
    await keyboard.press('p')
    await expect(batch.getByText('6 / 6')).toBeVisible(patience)
    await regionTo(page, 'stage')
    await tabTo(page, batch.getByRole('button', { name: 'Report' }))
    await keyboard.press('Enter')
    await expect(dialog.getByText('6 done, 0 suspect, 0 failed, 0 skipped, 0 cancelled')).toBeVisible(patience)
    await tabTo(page, dialog.getByRole('link', { name: 'Save as CSV' }).or(dialog.getByText('Save as CSV')))
    const [download] = await Promise.all([page.waitForEvent('download'), keyboard.press('Enter')])
    expect(await readFile(await download.path(), 'utf8')).toContain('cut-01.jpg')
    await keyboard.press('Escape')
    await expect(batch.getByRole('button', { name: 'Report' })).toBeFocused()
    // A photo of the queue: chosen by arrows, opened by its button.
    await tabTo(page, batch.getByRole('row').first())
    await keyboard.press('ArrowDown')
    await expect(page.getByRole('button', { name: 'Open in Develop' })).toBeVisible()
  })

  await test.step('export', async () => {
    await keyboard.press('g')
    await keyboard.press('Home')
    await keyboard.press('Control+Shift+e')
    await tabTo(page, dialog.getByRole('option', { selected: true }))
    for (let press = 0; press < 9 && await dialog.getByRole('option', { name: 'jpeg-web', selected: true }).count() === 0; press++) await keyboard.press('ArrowDown')
    await tabTo(page, dialog.getByRole('textbox', { name: 'Naming template' }))
    await keyboard.press('Control+a')
    await keyboard.type('{seq:3}-{name}')
    await expect(dialog.getByText(/^001-cut-\d+\.jpg$/)).toBeVisible(patience)
    await tabTo(page, dialog.getByRole('button', { name: 'Export', exact: true }))
    await keyboard.press('Enter')
    await expect(async () => {
      expect(await readdir(join(restill.photos, 'shoot-restored'))).toEqual(expect.arrayContaining([expect.stringMatching(/^001-cut-\d+\.jpg$/)]))
    }).toPass(patience)
    await expect(grid(page)).toBeFocused()
  })

  await test.step('settings', async () => {
    await keyboard.press('Control+,')
    expect(await focused(page)).not.toBe('BODY')
    // The keyboard map knows every view's commands, opened or not.
    await regionTo(page, 'left')
    await tabTo(page, page.getByRole('link', { name: 'Keyboard' }))
    await keyboard.press('Enter')
    await tabTo(page, page.getByRole('textbox', { name: 'Find a command' }))
    await keyboard.type('survey')
    await expect(page.getByRole('button', { name: /Take out of the survey/ })).toBeVisible()
  })
  expect(complaints).toEqual([])
})
