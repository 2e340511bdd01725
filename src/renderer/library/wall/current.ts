/** The grid on the stage, for keys that need to know how many photos lie in a row. */
import type { Wall } from './wall.ts'

let wall: Wall | null = null

export function setCurrentWall(next: Wall | null): void {
  wall = next
}
export function currentWall(): Wall | null {
  return wall
}
