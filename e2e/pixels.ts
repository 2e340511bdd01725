/** What is on the screen, pixel by pixel. */
import { expect, type Locator } from '@playwright/test'
import sharp from 'sharp'

/** RGB, interleaved. */
export interface Pixels { width: number, height: number, data: Buffer }

export async function pixelsOf(target: Locator): Promise<Pixels> {
  const { data, info } = await sharp(await target.screenshot()).removeAlpha().raw().toBuffer({ resolveWithObject: true })
  return { width: info.width, height: info.height, data }
}

/** Pixels that differ inside a box. */
export function differing(a: Pixels, b: Pixels, box = { left: 0, top: 0, width: a.width, height: a.height }): number {
  expect([a.width, a.height]).toEqual([b.width, b.height])
  let count = 0
  for (let y = box.top; y < box.top + box.height; y++) {
    for (let x = box.left; x < box.left + box.width; x++) {
      const at = (y * a.width + x) * 3
      if (a.data[at] !== b.data[at] || a.data[at + 1] !== b.data[at + 1] || a.data[at + 2] !== b.data[at + 2]) count++
    }
  }
  return count
}
