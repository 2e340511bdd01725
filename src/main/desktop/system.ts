/** Tells the system what the batches do: stay awake, show how far it is, notify at the end. */
import { BrowserWindow, Notification, powerSaveBlocker } from 'electron'
import type { Studio } from '../studio/api.ts'
import { watchBatches } from './batch-watch.ts'
import { batchEnded } from './words.en.ts'

/** @returns what ends it */
export function tellSystem(studio: Pick<Studio, 'batches' | 'preferences'>): () => void {
  const stop = new AbortController()
  let blocker: number | null = null
  void watchBatches(studio.batches.progress(stop.signal), {
    onRunning: (running) => {
      if (running) blocker ??= powerSaveBlocker.start('prevent-app-suspension')
      else if (blocker !== null) {
        powerSaveBlocker.stop(blocker)
        blocker = null
      }
    },
    onProgress: (fraction) => { for (const window of BrowserWindow.getAllWindows()) window.setProgressBar(fraction ?? -1) },
    onEnded: (batch) => { if (studio.preferences.get().whenDone === 'notify') new Notification(batchEnded(batch)).show() },
  })
  return () => { stop.abort() }
}
