/** The photo's own size. Exact once its details are known; until then from the index, good enough to place the preview. */
import type { Size } from '../../develop/geometry/viewport.ts'
import { useDetails } from '../../client/queries.ts'
import { useLibrary } from '../../state/library.ts'

export function usePhotoSize(id: number): { photo: Size, isKnown: boolean } {
  const row = useLibrary((state) => state.table.rows.get(id) ?? -1)
  const { columns } = useLibrary((state) => state.table)
  const aspect = columns.aspect[row] ?? 1.5
  const pixels = (columns.megapixels[row] ?? 12) * 1e6
  const { details } = useDetails(id)
  if (details !== undefined) return { photo: { width: details.facts.width, height: details.facts.height }, isKnown: true }
  const height = Math.max(1, Math.round(Math.sqrt(pixels / aspect)))
  return { photo: { width: Math.max(1, Math.round(height * aspect)), height }, isKnown: false }
}
