/**
 * The accessibility audit (axe) of every view, dialog and menu in every theme. Each is audited in full in the first theme; themes change
 * colours alone, so the others are asked about contrast.
 */
import AxeBuilder from '@axe-core/playwright'
import type { Page } from '@playwright/test'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from './fixture.ts'
import { developed, grid, importFolder, option, patience, prepareShoot } from './photos.ts'

test.describe.configure({ timeout: 600_000 })

const themes = ['dark', 'mid', 'light', 'contrast'] as const
const dialog = '[role=dialog]'
const popover = '.r-popover'

class Audit {
  readonly findings: string[] = []
  readonly #page: Page

  constructor(page: Page) {
    this.#page = page
  }

  /** @param within what changed since the last look */
  async look(name: string, within = '#root'): Promise<void> {
    for (const theme of themes) {
      await this.#page.evaluate((chosen) => { document.documentElement.dataset['theme'] = chosen }, theme)
      const axe = new AxeBuilder({ page: this.#page }).setLegacyMode(true).include(within)
      const { violations } = await (theme === themes[0] ? axe : axe.withRules(['color-contrast'])).analyze()
      for (const { id, impact, nodes } of violations) {
        if (impact !== 'serious' && impact !== 'critical') continue
        for (const { html, any } of nodes) this.findings.push(`${name}, ${theme}: ${id}: ${html.slice(0, 160)} ${any[0]?.message ?? ''}`)
      }
    }
    await this.#page.evaluate((chosen) => { document.documentElement.dataset['theme'] = chosen }, themes[0])
  }
}

test('no serious or critical finding in any view, dialog or menu, in any theme', async ({ restill, window: page }) => {
  test.skip(restill.door === 'desktop', 'The desktop asks the system for folders; the views are the same.')
  const shoot = await prepareShoot(restill, 4)
  await writeFile(join(shoot, 'broken.jpg'), 'no picture')
  await page.emulateMedia({ reducedMotion: 'reduce' })
  await page.reload()
  const audit = new Audit(page)
  const close = (): Promise<void> => page.keyboard.press('Escape')
  const inGrid = async (): Promise<void> => {
    await page.keyboard.press('g')
    await grid(page).focus()
    await page.keyboard.press('Home')
  }

  await test.step('first start and import', async () => {
    await expect(page.getByRole('heading', { name: 'Drop a folder here' })).toBeVisible(patience)
    await audit.look('empty library')
    await page.keyboard.press('d')
    await audit.look('develop without photos', 'main')
    await page.keyboard.press('Control+Shift+b')
    await audit.look('batch without photos')
    await page.keyboard.press('g')
    await page.keyboard.press('Control+Shift+i')
    await page.getByRole('dialog').getByRole('row', { name: 'photos' }).dblclick()
    await expect(page.getByRole('dialog').getByRole('row', { name: 'shoot' })).toBeVisible()
    await audit.look('import dialog', dialog)
    await close()
    await importFolder(page, 5)
    await page.getByRole('button', { name: 'Details' }).click()
    await audit.look('import report', dialog)
    await close()
  })

  await test.step('the library', async () => {
    await inGrid()
    for (const key of ['Shift+p', 'Shift+x', '3', '6', 'Control+a']) await page.keyboard.press(key)
    await audit.look('grid with tour, marks, a note')
    await page.getByRole('button', { name: 'Blur', exact: true }).click()
    await audit.look('choices of a chip', popover)
    await close()
    await page.getByRole('button', { name: 'Date', exact: true }).click()
    await audit.look('days', popover)
    await close()
    await page.getByRole('button', { name: /Sort by/ }).click()
    await audit.look('orders', popover)
    await close()
    await page.getByRole('button', { name: '3 stars or more' }).click()
    await page.getByRole('button', { name: 'rejected' }).first().click()
    await audit.look('nothing found', '.r-frame-centre')
    await page.getByRole('button', { name: 'Save this filter' }).click()
    await audit.look('name dialog', dialog)
    await close()
    await page.getByRole('main').getByRole('button', { name: 'Lift all filters' }).click()
    await option(page, 'broken.jpg').click()
    await audit.look('a photo that cannot be opened', '[data-region=right]')
    await inGrid()
    await option(page, /cut-01/).click({ button: 'right' })
    await audit.look('menu of a photo', popover)
    await close()
    await page.keyboard.press('F2')
    await audit.look('rename', dialog)
    await close()
    await page.getByRole('button', { name: 'New collection of the chosen photos' }).click()
    await page.getByRole('dialog').getByRole('textbox').fill('Best of the day')
    await page.getByRole('dialog').getByRole('button', { name: 'Create' }).click()
    await page.getByRole('option', { name: /^Best of the day/ }).click({ button: 'right' })
    await audit.look('menu of a collection', popover)
    await close()
    await inGrid()
    await page.keyboard.press('e')
    await expect(page.locator('[data-preview]')).toHaveAttribute('data-state', 'shown', patience)
    await audit.look('loupe', '.r-frame-middle')
    await page.keyboard.press('c')
    await audit.look('compare', '.r-frame-centre')
    await page.keyboard.press('g')
    await page.keyboard.press('Control+a')
    await page.keyboard.press('n')
    await audit.look('survey', '.r-frame-centre')
    await page.keyboard.press('?')
    await audit.look('keyboard map', dialog)
    await close()
  })

  await test.step('develop', async () => {
    await inGrid()
    await page.keyboard.press('d')
    await developed(page)
    await audit.look('develop')
    await page.getByRole('button', { name: 'Engine' }).last().click()
    await audit.look('engines', popover)
    await close()
    await page.getByRole('button', { name: 'Overlay' }).click()
    await audit.look('overlays', popover)
    await close()
    await page.keyboard.press('Shift+y')
    await page.keyboard.press('j')
    await expect(page.getByRole('status', { name: 'Legend' })).toBeVisible()
    await audit.look('split with an overlay', '.r-frame-middle')
    await page.keyboard.press('j')
    await page.keyboard.press('Shift+m')
    await page.getByRole('button', { name: 'Add in the middle' }).click()
    await page.keyboard.press('o')
    await page.getByRole('button', { name: 'Save the settings as a preset' }).click()
    await developed(page)
    await audit.look('mask', '.r-frame-middle')
    await page.keyboard.press('Escape')
    await page.locator('#stage').focus()
    await page.keyboard.press('y')
    await audit.look('side by side', '.r-frame-middle')
    await page.keyboard.press('Control+Shift+c')
    await page.keyboard.press('Control+Shift+v')
    await audit.look('paste settings', dialog)
    await close()
    await page.keyboard.press('Control+Shift+s')
    await audit.look('sync settings', dialog)
    await close()
  })

  await test.step('batch and export', async () => {
    await inGrid()
    await page.keyboard.press('Control+a')
    await page.keyboard.press('Control+Shift+e')
    await expect(page.getByRole('dialog').getByRole('textbox', { name: 'Naming template' })).toBeVisible(patience)
    await audit.look('export', dialog)
    await close()
    await page.keyboard.press('Control+Enter')
    await page.keyboard.press('Control+Shift+b')
    await expect(page.getByRole('row').first()).toBeVisible(patience)
    await audit.look('batch at work')
    await expect(page.getByRole('button', { name: 'Report' })).toBeVisible(patience)
    await expect(page.getByText('5 / 5')).toBeVisible(patience)
    await page.getByRole('row', { name: /broken/ }).click()
    await audit.look('batch at its end', '.r-frame-middle')
    await page.getByRole('button', { name: 'Watch a folder…' }).click()
    await expect(page.getByRole('dialog').getByRole('row').first()).toBeVisible(patience)
    await audit.look('a folder to watch', dialog)
    await close()
    await page.getByRole('button', { name: 'Report' }).click()
    await audit.look('report', dialog)
    await close()
  })

  await test.step('settings', async () => {
    await page.keyboard.press('Control+,')
    await expect(page.getByText(/^usable/).first()).toBeVisible(patience)
    await expect(page.getByRole('button', { name: 'Card' }).first()).toBeVisible(patience)
    await audit.look('settings')
    await page.getByRole('button', { name: 'Card' }).first().click()
    await expect(page.getByRole('dialog').getByRole('heading').nth(1)).toBeVisible()
    await audit.look('card of a model', dialog)
    await close()
    await page.getByRole('button', { name: 'Convert an official checkpoint…' }).click()
    await audit.look('checkpoint', dialog)
    await close()
  })

  expect(audit.findings).toEqual([])
})
