/** Looking through photos as a person does: bring them in, cull with keys, filter, undo. */
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Page } from '@playwright/test'
import { expect, test } from './fixture.ts'

const grid = (window: Page) => window.getByRole('listbox', { name: 'Grid' })
const photos = (window: Page) => grid(window).getByRole('option')

async function importShoot(window: Page): Promise<void> {
  await window.getByRole('button', { name: 'Choose a folder…' }).click()
  const dialog = window.getByRole('dialog', { name: 'Import photos' })
  await dialog.getByRole('row', { name: 'photos' }).dblclick()
  await dialog.getByRole('row', { name: 'shoot' }).dblclick()
  await dialog.getByRole('button', { name: 'Import this folder' }).click()
  await expect(photos(window)).toHaveCount(6)
  await window.getByRole('button', { name: 'Got it' }).click()
}

test('a folder is imported by dialog, culled with keys alone, and every mark can be undone', async ({ window, complaints }) => {
  await importShoot(window)
  await window.keyboard.press('F6')
  await grid(window).focus()
  await window.keyboard.press('Home')
  const active = grid(window).locator('[data-selection=active]')
  const first = await active.getAttribute('data-id')
  await window.keyboard.press('Shift+P')
  await expect(active).not.toHaveAttribute('data-id', first!)
  await expect(grid(window).locator(`[data-id="${first!}"]`)).toHaveAttribute('data-flag', 'pick')
  await window.keyboard.press('4')
  await window.keyboard.press('7')
  await expect(active).toHaveAttribute('aria-label', /4 stars, yellow/)
  await window.keyboard.press('Control+z')
  await expect(active).not.toHaveAttribute('aria-label', /yellow/)
  await window.keyboard.press('Control+Shift+z')
  await expect(active).toHaveAttribute('aria-label', /yellow/)

  await window.keyboard.press('e')
  await expect(window.locator('.r-photo-pane')).toHaveAttribute('data-fit', 'true')
  await window.keyboard.press('z')
  await expect(window.locator('.r-photo-pane')).toHaveAttribute('data-zoom', '1')
  const before = await window.locator('.r-photo-pane').getAttribute('data-item')
  await window.keyboard.press('ArrowRight')
  await expect(window.locator('.r-photo-pane')).not.toHaveAttribute('data-item', before!)
  await expect(window.locator('.r-photo-pane')).toHaveAttribute('data-zoom', '1')
  await window.keyboard.press('c')
  await expect(window.locator('.r-photo-pane')).toHaveCount(2)
  await window.keyboard.press('g')
  await window.keyboard.press('Control+a')
  await window.keyboard.press('n')
  await expect(window.locator('.r-survey-photo')).toHaveCount(6)
  await window.keyboard.press('?')
  await expect(window.getByRole('dialog', { name: 'Keyboard shortcuts' })).toContainText('Pick')
  await window.keyboard.press('Escape')
  expect(complaints).toEqual([])
})

test('chips filter, an empty result says which to lift, and a filter is kept as a smart collection', async ({ window }) => {
  await importShoot(window)
  await photos(window).first().click()
  await window.keyboard.press('3')
  await window.getByRole('button', { name: '3 stars or more' }).click()
  await expect(window.getByText('1 of 6')).toBeVisible()
  await window.getByRole('button', { name: 'rejected' }).first().click()
  await expect(window.getByText('No photo passes these filters')).toBeVisible()
  await window.getByRole('button', { name: 'Without rejected: 1' }).click()
  await expect(photos(window)).toHaveCount(1)
  await window.getByRole('button', { name: 'Save this filter' }).click()
  await window.getByRole('textbox', { name: 'Name' }).fill('Good ones')
  await window.getByRole('button', { name: 'Create' }).click()
  await window.getByRole('button', { name: 'Lift all filters' }).click()
  await expect(photos(window)).toHaveCount(6)
  await window.getByRole('option', { name: 'Good ones' }).click()
  await expect(photos(window)).toHaveCount(1)
})

test('words are given to photos and found again', async ({ window }) => {
  await importShoot(window)
  await photos(window).first().click()
  const entry = window.getByRole('combobox', { name: 'Add keywords, separated by commas' })
  await entry.fill('Zebra crossing, evening')
  await entry.press('Enter')
  await expect(window.getByRole('button', { name: 'Remove evening' })).toBeVisible()
  await window.keyboard.press('Control+f')
  await window.keyboard.type('zebra')
  await expect(window.getByText('1 of 6')).toBeVisible()
  await window.keyboard.press('Escape')
  await expect(photos(window)).toHaveCount(6)
})

test('files that are dropped are uploaded and imported', async ({ window, restill }) => {
  test.skip(restill.door === 'desktop', 'the desktop names dropped files instead of uploading them')
  const bytes = await readFile(join(restill.photos, 'shoot/canal-houses.jpg'))
  const transfer = await window.evaluateHandle((base64) => {
    const data = new DataTransfer()
    const letters = atob(base64)
    data.items.add(new File([Uint8Array.from(letters, (letter) => letter.charCodeAt(0))], 'dropped.jpg', { type: 'image/jpeg' }))
    return data
  }, bytes.toString('base64'))
  await window.dispatchEvent('body', 'drop', { dataTransfer: transfer })
  await expect(photos(window)).toHaveCount(1)
  await photos(window).first().click()
  await expect(window.getByText('dropped.jpg').first()).toBeVisible()
})
