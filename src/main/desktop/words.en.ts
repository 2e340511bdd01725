/** The few words that the desktop says itself, outside the window. */
import type { BatchRow } from '../../shared/contract/batch.ts'

export const chooseFolderTitle = 'Choose a folder'

export function batchEnded({ title, counts }: BatchRow): { title: string, body: string } {
  const parts = [`${counts.done} restored`]
  if (counts.suspect > 0) parts.push(`${counts.suspect} to look at`)
  if (counts.failed > 0) parts.push(`${counts.failed} failed`)
  if (counts.skipped > 0) parts.push(`${counts.skipped} skipped`)
  return { title: `${title}: finished`, body: `${parts.join(', ')}.` }
}
