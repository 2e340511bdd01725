/** What the system learns of batches: stay awake while one runs, how far it is, and one notification when it ends. */
import type { BatchRow } from '../../shared/contract/batch.ts'

export interface BatchSigns {
  /** Called when it changes. */
  onRunning(running: boolean): void
  /** 0..1 of what runs, by megapixels; null when nothing does. */
  onProgress(fraction: number | null): void
  /** Once for each batch that ended while it was watched. */
  onEnded(batch: BatchRow): void
}

/** Until the stream ends. */
export async function watchBatches(progress: AsyncIterable<{ batches: readonly BatchRow[] }>, signs: BatchSigns): Promise<void> {
  const atWork = new Set<number>()
  let running = false
  try {
    for await (const { batches } of progress) {
      for (const batch of batches) {
        if (batch.running) atWork.add(batch.id)
        else if (isOver(batch) && atWork.delete(batch.id)) signs.onEnded(batch)
      }
      const active = batches.filter((batch) => batch.running)
      if (running !== active.length > 0) signs.onRunning(running = active.length > 0)
      signs.onProgress(fractionOf(active))
    }
  } finally {
    if (running) signs.onRunning(false)
    signs.onProgress(null)
  }
}

/** Paused batches go on later: they have not ended. */
function isOver({ counts }: BatchRow): boolean {
  return counts.queued === 0 && counts.running === 0
}

function fractionOf(batches: readonly BatchRow[]): number | null {
  const total = batches.reduce((sum, { megapixelsTotal }) => sum + megapixelsTotal, 0)
  return total > 0 ? batches.reduce((sum, { megapixelsDone }) => sum + megapixelsDone, 0) / total : null
}
