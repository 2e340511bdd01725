/** What a choice of blocks is expected to lose, from the pack's table. */
import type { EdgeTable } from '../../shared/edge.ts'

/** Mean PSNR lost on the calibration pairs, dB: what each slot loses alone, and what each two lose beyond that. */
export function expectedDrop(table: EdgeTable, choice: readonly number[]): number {
  let drop = 0
  for (const [slot, option] of choice.entries()) drop += table.slots[slot]?.dropDb[option] ?? 0
  for (const [first, second, beyond] of table.interactions) drop += beyond[choice[first]!]?.[choice[second]!] ?? 0
  return drop
}
