/** Where the window was: size, place, maximised or not. */
import { readFileSync, writeFileSync } from 'node:fs'
import { z } from 'zod'

const rectSchema = z.object({ x: z.int(), y: z.int(), width: z.int().positive(), height: z.int().positive() })
const stateSchema = z.object({ bounds: rectSchema, maximised: z.boolean() })
export type Rectangle = z.infer<typeof rectSchema>
export type WindowState = z.infer<typeof stateSchema>

export const smallest = { width: 960, height: 640 }
const usual = { width: 1440, height: 900 }
/** Pixels of the title bar that must lie on a screen, so that the window can be moved. */
const grip = 64

/** What was stored; null when there is nothing, or nothing that can be used. */
export function readWindowState(file: string): WindowState | null {
  try {
    return stateSchema.parse(JSON.parse(readFileSync(file, 'utf8')))
  } catch {
    return null
  }
}

export function writeWindowState(file: string, state: WindowState): void {
  try {
    writeFileSync(file, JSON.stringify(state))
  } catch {
    // The window opens at its usual place next time.
  }
}

/** Bounds to open with: the stored ones where a screen still shows their title bar, else the usual size wherever the system puts it. */
export function openingBounds(state: WindowState | null, screens: readonly Rectangle[]): Partial<Rectangle> & { width: number, height: number } {
  if (state === null) return usual
  const width = Math.max(smallest.width, state.bounds.width)
  const height = Math.max(smallest.height, state.bounds.height)
  const { x, y } = state.bounds
  const seen = screens.some((screen) =>
    Math.min(x + width, screen.x + screen.width) - Math.max(x, screen.x) >= grip && y >= screen.y && y + grip <= screen.y + screen.height)
  return seen ? { x, y, width, height } : { width, height }
}
