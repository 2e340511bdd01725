/** Photos for journeys, and how a person brings them in and finds them. */
import type { Locator, Page } from '@playwright/test'
import { mkdir, readdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import sharp from 'sharp'
import { expect, type Restill } from './fixture.ts'

const samples = join(import.meta.dirname, '../resources/samples')
export const patience = { timeout: 120_000 }

/** Cuts of the samples, small where nothing else is said, every one a photo of its own. */
export async function cuts(folder: string, count: number, first = 0, size = { width: 300, height: 220 }): Promise<string[]> {
  const names = (await readdir(samples)).filter((name) => name.endsWith('.jpg')).sort()
  const made: string[] = []
  for (let index = first; index < first + count; index++) {
    const name = `cut-${String(index + 1).padStart(2, '0')}.jpg`
    const box = { left: 40 + 37 * index % 700, top: 60 + 53 * index % 500, ...size }
    await sharp(join(samples, names[index % names.length]!)).extract(box).withMetadata().jpeg({ quality: 92 }).toFile(join(folder, name))
    made.push(name)
  }
  return made
}

/** A shoot of small photos instead of the samples. */
export async function prepareShoot(restill: Restill, count: number, size?: { width: number, height: number }): Promise<string> {
  const shoot = join(restill.photos, 'shoot')
  await rm(shoot, { recursive: true })
  await mkdir(shoot)
  await cuts(shoot, count, 0, size)
  return shoot
}

export const grid = (page: Page): Locator => page.getByRole('listbox', { name: 'Grid' })
export const option = (page: Page, part: RegExp | string): Locator => grid(page).getByRole('option', { name: part })

/** Imports `shoot` by the dialog, as a hand with a mouse does. */
export async function importFolder(page: Page, count: number): Promise<void> {
  await page.getByRole('button', { name: 'Choose a folder…' }).click()
  const dialog = page.getByRole('dialog')
  await dialog.getByRole('row', { name: 'photos' }).dblclick()
  await dialog.getByRole('row', { name: 'shoot' }).dblclick()
  await expect(dialog.getByText(`${count} photos`)).toBeVisible(patience)
  await dialog.getByRole('button', { name: 'Import this folder' }).click()
  await expect(page.getByText(`${count} photos`).first()).toBeVisible(patience)
}

/** Until the preview of Develop is there and nothing is computed any more. */
export async function developed(page: Page): Promise<void> {
  await expect(page.locator('[data-layer=result]')).toHaveAttribute('data-complete', 'true', patience)
  await expect(page.getByRole('progressbar', { name: 'Preview' })).toHaveCount(0, patience)
}
