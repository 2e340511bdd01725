/** Tuning one photo as a person would: preview, before and after, zoom, mask, history, and an engine that nobody knew of. */
import AxeBuilder from '@axe-core/playwright'
import type { Locator, Page } from '@playwright/test'
import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import sharp from 'sharp'
import { storeOptimised } from '../src/main/studio/optimise/store.ts'
import { everyKind } from '../src/renderer/develop/every-kind.fixture.ts'
import { expect, test, type Restill } from './fixture.ts'
import { differing, pixelsOf, type Pixels } from './pixels.ts'

const root = join(import.meta.dirname, '..')
const patience = { timeout: 90_000 }
/** A colour in Display P3, and the same in sRGB by the published matrices. */
const patch = { r: 200, g: 90, b: 40 }
const inSrgb = [216, 81, 13]

test.describe.configure({ timeout: 240_000 })

/** Two small photos: one without a profile, one whose profile is Display P3 with a square of one colour in its middle. */
async function importPhotos(restill: Restill): Promise<void> {
  const shoot = join(restill.photos, 'shoot')
  const sample = sharp(join(root, 'resources/samples/street-sign.jpg')).extract({ left: 300, top: 380, width: 480, height: 360 })
  await sample.clone().jpeg({ quality: 95 }).toFile(join(restill.photos, 'a-plain.jpg'))
  const { data, info } = await sample.clone().composite([{ input: { create: { width: 200, height: 200, channels: 3, background: patch } }, left: 140, top: 80 }])
    .removeAlpha().toColourspace('rgb16').raw({ depth: 'ushort' }).toBuffer({ resolveWithObject: true })
  const raw = { width: info.width, height: info.height, channels: 3 } as const
  await sharp(new Uint16Array(data.buffer, data.byteOffset, data.length / 2), { raw }).toColourspace('rgb16').withIccProfile('p3', { attach: true }).jpeg({ quality: 98 }).toFile(join(restill.photos, 'b-wide.jpg'))
  await rm(shoot, { recursive: true })
  execFileSync(process.execPath, ['src/main/cli/restill.mjs', 'import', restill.photos], { cwd: root, env: { ...process.env, RESTILL_HOME: restill.home } })
}

async function openDevelop(page: Page, restill: Restill, name: string): Promise<void> {
  await restill.open(page)
  await page.getByRole('option', { name }).or(page.getByRole('gridcell', { name })).first().click(patience)
  await page.keyboard.press('d')
  await computed(page)
}
async function computed(page: Page): Promise<void> {
  await expect(result(page)).toHaveAttribute('data-complete', 'true', patience)
  await expect(page.getByRole('progressbar', { name: 'Preview' })).toHaveCount(0, patience)
}
const stage = (page: Page): Locator => page.locator('.r-develop-stage')
const result = (page: Page): Locator => page.locator('[data-layer=result]')

async function settled(page: Page): Promise<void> {
  for (const layer of await page.locator('[data-layer]').all()) await expect(layer).toHaveAttribute('data-complete', 'true', patience)
  await page.mouse.move(2, 2)
  await page.waitForTimeout(300)
}

/** Without the strip at the top, which holds the words "Before" and "After", and the focus ring. */
function inside({ width, height }: Pixels): { left: number, top: number, width: number, height: number } {
  return { left: 4, top: 40, width: width - 8, height: height - 44 }
}
function middleOf({ width, height, data }: Pixels): number[] {
  const at = (Math.floor(height / 2) * width + Math.floor(width / 2)) * 3
  return [...data.subarray(at, at + 3)]
}
function near(a: readonly number[], b: readonly number[]): boolean {
  return a.every((value, channel) => Math.abs(value - b[channel]!) <= 3)
}
async function setStrength(page: Page, value: string): Promise<void> {
  const field = page.getByRole('textbox', { name: 'Strength, %' })
  await field.fill(value)
  await field.press('Enter')
  await page.locator('#stage').focus()
}

test('untagged or Display P3: at strength 0 both sides are the same pixels, at 100 they are not; colours follow the profile', async ({ restill, page }) => {
  await importPhotos(restill)
  await openDevelop(page, restill, 'a-plain.jpg')
  await page.keyboard.press('y')
  const panes = page.locator('.r-develop-pane')
  await expect(panes).toHaveCount(2)
  for (const name of ['a-plain.jpg', 'b-wide.jpg']) {
    if (name === 'b-wide.jpg') await page.keyboard.press('ArrowRight')
    await expect(page.locator('.r-develop-file-name')).toHaveText(name, patience)
    await computed(page)
    await setStrength(page, '0')
    for (const zoom of ['fit', 'larger']) {
      await settled(page)
      const [before, after] = [await pixelsOf(panes.nth(0)), await pixelsOf(panes.nth(1))]
      expect(differing(before, after, inside(before)), `${name} ${zoom}`).toBe(0)
      if (zoom === 'fit') await page.keyboard.press('Control+=')
    }
    await page.keyboard.press('Control+0')
    await setStrength(page, '100')
    await settled(page)
    const [before, after] = [await pixelsOf(panes.nth(0)), await pixelsOf(panes.nth(1))]
    expect(differing(before, after, inside(before))).toBeGreaterThan(1000)
    if (name === 'b-wide.jpg') expect(near(middleOf(before), inSrgb)).toBe(true)
  }
})

test('before and after by a tap and by holding; split with a divider that keys move; zoom; a place kept from photo to photo', async ({ restill, page }) => {
  await importPhotos(restill)
  await openDevelop(page, restill, 'a-plain.jpg')
  await settled(page)
  const after = await pixelsOf(stage(page))
  await page.keyboard.press('\\')
  await settled(page)
  const before = await pixelsOf(stage(page))
  expect(differing(before, after)).toBeGreaterThan(1000)
  await page.keyboard.press('\\')
  await page.keyboard.down('\\')
  await page.waitForTimeout(450)
  await expect(page.locator('.r-develop-after')).toBeHidden()
  await page.keyboard.up('\\')
  await expect(page.locator('.r-develop-after')).toBeVisible()

  await page.keyboard.press('Shift+Y')
  const divider = page.getByRole('slider', { name: 'Line between before and after' })
  await divider.focus()
  await page.keyboard.press('Shift+ArrowLeft')
  await expect(divider).toHaveAttribute('aria-valuenow', '40')
  const box = (await divider.boundingBox())!
  await page.mouse.move(box.x + 8, box.y + 200)
  await page.mouse.down()
  await page.mouse.move(box.x + 108, box.y + 210)
  await page.mouse.up()
  expect(Number(await divider.getAttribute('aria-valuenow'))).toBeGreaterThan(45)
  await expect(page.locator('.r-develop-zoom')).toContainText('Fit')

  const pane = page.locator('.r-develop-pane')
  await page.locator('#stage').focus()
  await page.keyboard.press('z')
  await expect(pane).toHaveAttribute('data-zoom', '1')
  await page.keyboard.press('Control+=')
  await expect(pane).toHaveAttribute('data-zoom', '2')
  await expect(result(page)).toHaveClass(/r-develop-pixelated/)
  await page.keyboard.press('ArrowRight')
  await expect(page.locator('.r-develop-file-name')).toHaveText('b-wide.jpg', patience)
  await expect(pane).toHaveAttribute('data-zoom', '2')
})

test('a mask keeps the photo outside, pixel for pixel; undo takes it back', async ({ restill, page }) => {
  await importPhotos(restill)
  await openDevelop(page, restill, 'a-plain.jpg')
  await page.keyboard.press('z')
  await page.keyboard.press('\\')
  await settled(page)
  const before = await pixelsOf(stage(page))
  await page.keyboard.press('\\')
  await page.getByRole('button', { name: 'Radial gradient' }).click()
  const box = (await stage(page).boundingBox())!
  await page.mouse.move(box.x + box.width / 2, box.y + box.height / 2)
  await page.mouse.down()
  await page.mouse.move(box.x + box.width / 2 + 60, box.y + box.height / 2 + 40, { steps: 5 })
  await page.mouse.up()
  await expect(page.getByRole('list', { name: 'Shapes of the mask' })).toContainText('Radial gradient 1')
  await page.keyboard.press('Escape')
  await settled(page)
  const masked = await pixelsOf(stage(page))
  const [middleX, middleY] = [Math.round(box.width / 2), Math.round(box.height / 2)]
  expect(differing(before, masked, { left: middleX - 20, top: middleY - 15, width: 40, height: 30 })).toBeGreaterThan(100)
  expect(differing(before, masked, { left: 4, top: 40, width: middleX - 66, height: before.height - 44 })).toBe(0)
  expect(differing(before, masked, { left: 4, top: middleY + 42, width: before.width - 8, height: before.height - middleY - 46 })).toBe(0)

  const history = page.getByRole('list', { name: 'History' })
  await expect(history.getByRole('listitem')).toHaveText(['Mask', 'As imported'], patience)
  await page.keyboard.press('Control+z')
  await expect(page.getByText('The result is used everywhere.')).toBeVisible()
  await page.keyboard.press('Control+Shift+Z')
  await expect(page.getByRole('list', { name: 'Shapes of the mask' })).toBeVisible()
})

/** The window gets an engine more than the studio has, with every kind of control, and maps of every kind. */
async function addEveryKind(page: Page): Promise<void> {
  await page.routeWebSocket(/\/rpc$/, (socket) => {
    const server = socket.connectToServer()
    socket.onMessage((message) => { server.send(message) })
    server.onMessage((message) => {
      const told = parsed(message)
      const engines = told?.p?.b?.json?.engines
      if (!Array.isArray(engines)) return socket.send(message)
      engines.push(everyKind)
      socket.send(JSON.stringify(told))
    })
  })
}
function parsed(message: string | Buffer): { p?: { b?: { json?: { engines?: unknown } } } } | null {
  try {
    return JSON.parse(String(message)) as ReturnType<typeof parsed>
  } catch {
    return null
  }
}

test('an engine that nobody knew of: each control is drawn and set, by keys too; what cannot run says what to do', async ({ restill, server, page }) => {
  expect(server).toBe(restill)
  await importPhotos(restill)
  await addEveryKind(page)
  await openDevelop(page, restill, 'a-plain.jpg')
  await page.getByRole('button', { name: 'Engine' }).last().click()
  await page.getByRole('option', { name: /Every kind/ }).click()
  await expect(page.getByRole('alert')).toContainText('There is no engine every-kind.', patience)
  await expect(page.getByRole('button', { name: 'Try again' })).toBeVisible()

  const panel = page.locator('[data-region=right]')
  const history = page.getByRole('list', { name: 'History' }).getByRole('listitem')
  const fidelity = panel.getByRole('slider', { name: 'Fidelity' })
  await fidelity.focus()
  await page.keyboard.press('ArrowRight')
  await expect(history.first()).toHaveText('Fidelity: 0.75')
  await panel.getByRole('button', { name: 'Treat as' }).click()
  await page.getByRole('option', { name: 'Camera shake' }).click()
  await expect(history.first()).toHaveText('Treat as: Camera shake')
  await panel.getByRole('switch', { name: 'One decision for the photo' }).focus()
  await page.keyboard.press('Space')
  await expect(history.first()).toHaveText('One decision for the photo: off')
  await panel.getByRole('textbox', { name: 'What is in the photo' }).fill('a street sign')
  await page.keyboard.press('Tab')
  await expect(history.first()).toHaveText('What is in the photo: a street sign')
  await panel.getByRole('radio', { name: /Middle/ }).focus()
  await page.keyboard.press('ArrowRight')
  await expect(panel.getByRole('radio', { name: /Best/ })).toBeChecked()
  await expect(history.first()).toHaveText('Speed and gain: Best')
  await page.getByRole('button', { name: 'Overlay' }).click()
  for (const { label } of everyKind.descriptor.overlays) await expect(page.getByRole('menuitem', { name: label })).toBeVisible()
  await page.keyboard.press('Escape')
  await page.getByRole('button', { name: 'Reset the engine\'s controls' }).click()
  await expect(fidelity).toHaveValue('0.7')
})

/** As `restill optimise` leaves it, with the shipped model's blocks; measuring takes minutes. */
async function measuredBlocks(home: string): Promise<void> {
  const packHash = createHash('sha256').update(await readFile(join(root, 'models/nafnet-edge-mini/pack.json'))).digest('hex')
  const point = (options: number[], dropDb: number, milliseconds: number) => ({ options, dropDb, milliseconds })
  const chosen = point([4, 0, 4, 4, 0, 2], 0.09, 39.2)
  await storeOptimised(home, {
    packHash, provider: 'cpu', device: 'A processor', at: '2026-01-02T00:00:00.000Z', side: 384, baseMs: 55, blockMs: [], seed: 1, evaluations: 120, hypervolume: 1, gainDb: 0.66,
    front: [point([0, 0, 0, 0, 0, 0], 0, 55), point([4, 0, 4, 4, 0, 1], 0.05, 42.9), chosen, point([4, 4, 4, 4, 4, 4], 0.4, 27.8)], knee: chosen.options,
    chosen: { options: chosen.options, dropDb: chosen.dropDb, predictedMs: 39.2, measuredMs: 40, baseMs: 55, sha256: '' },
  })
}

test('speed against gain: without a measurement the panel says how to get one; with it every point is a choice, made with other blocks', async ({ restill, page }) => {
  await importPhotos(restill)
  await openDevelop(page, restill, 'a-plain.jpg')
  const panel = page.locator('[data-region=right]')
  await page.getByRole('button', { name: 'Engine' }).last().click()
  await page.getByRole('option', { name: /^NAFNet/ }).click()
  await computed(page)
  await expect(panel.getByText('restill optimise')).toBeVisible()
  await measuredBlocks(restill.home)
  await openDevelop(page, restill, 'a-plain.jpg')
  const chart = panel.getByRole('radiogroup', { name: 'Speed and gain' })
  await expect(chart.getByRole('radio')).toHaveCount(4)
  await expect(chart.getByRole('radio', { name: '1.40x as fast, 86 % of the gain: 39 ms a tile, +0.6 dB' })).toBeChecked()
  await settled(page)
  const byDefault = await pixelsOf(stage(page))
  await chart.getByRole('radio', { checked: true }).focus()
  await page.keyboard.press('ArrowLeft')
  await expect(chart.getByRole('radio', { name: /^1.98x/ })).toBeChecked()
  await expect(page.getByRole('list', { name: 'History' }).getByRole('listitem').first()).toHaveText('Speed and gain: 1.98x as fast, 39 % of the gain')
  await computed(page)
  await settled(page)
  expect(differing(byDefault, await pixelsOf(stage(page)))).toBeGreaterThan(1000)
  await chart.getByRole('radio', { name: /100 % of the gain/ }).click()
  await computed(page)
})

test('no serious finding of the accessibility audit, in every theme', async ({ restill, page }) => {
  await importPhotos(restill)
  await openDevelop(page, restill, 'a-plain.jpg')
  await page.keyboard.press('Shift+Y')
  await page.keyboard.press('k')
  const findings: string[] = []
  for (const theme of ['dark', 'mid', 'light', 'contrast']) {
    await page.evaluate((name) => { document.documentElement.dataset['theme'] = name }, theme)
    const { violations } = await new AxeBuilder({ page }).include('.r-frame-middle').analyze()
    const serious = violations.filter(({ impact }) => impact === 'serious' || impact === 'critical')
    findings.push(...serious.map(({ id, nodes }) => `${theme} ${id}: ${nodes.map(node => node.html.slice(0, 160)).join(' | ')}`))
  }
  expect(findings).toEqual([])
})
