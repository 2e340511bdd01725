/** Photos of the catalog whose files are no longer in the folders that an import has just read. */
import { stat } from 'node:fs/promises'
import type { PhotosRepo } from '../catalog/photos.repo.ts'
import type { Scan } from './scan.ts'

/**
 * Marks them missing after each was looked for once more. Folders that could not be read, and a given folder that is not there at all (a
 * disk that is not plugged in), leave everything as it is.
 */
export async function markMissing(photos: PhotosRepo, found: Scan, recursive: boolean): Promise<void> {
  const seen = new Set(found.files.map(({ path }) => path))
  const gone: number[] = []
  for (const folder of recursive ? found.tops : found.folders) {
    for (const { id, path } of photos.presentPaths(folder, recursive)) {
      if (!seen.has(path) && await stat(path).then(() => false, isGone)) gone.push(id)
    }
  }
  if (gone.length > 0) photos.markMissing(gone)
}

function isGone(error: unknown): boolean {
  const code = error instanceof Error ? (error as NodeJS.ErrnoException).code : undefined
  return code === 'ENOENT' || code === 'ENOTDIR'
}
