/** What an import tells when it is done. */
import type { IgnoredFile, ImportFailure } from './scan.ts'

export type ImportOutcome = 'new' | 'known' | 'moved' | 'changed' | 'metadata' | 'duplicate'
export interface ImportedPhoto { id: number, path: string, root: string, outcome: ImportOutcome }

export interface ImportSummary {
  /** Usable photos in the order found. */
  photos: ImportedPhoto[]
  /** Looks like a photo and cannot be used, or a folder that cannot be read: these count as failed in a batch. */
  failed: ImportFailure[]
  /** Not photos, or not to be taken: system files, sidecars, restill's own results. */
  ignored: IgnoredFile[]
}
