/** Captions into files, where a person asks for it: as descriptions in sidecars. */
import { itemId } from '../../../shared/contract/items.ts'
import { changeWords } from '../../../shared/messages.en.ts'
import { ItemsRepo } from '../catalog/items.repo.ts'
import type { Catalog } from '../catalog/open.ts'
import type { PhotosRepo } from '../catalog/photos.repo.ts'
import { Journal } from '../library/journal.ts'
import { type SavedSidecars, saveSidecars } from '../library/save-sidecars.ts'
import type { Captions } from './captions.ts'

/**
 * Makes captions the descriptions of photos that have none, in one step that the window can take back, and writes the sidecars of these
 * photos, with whatever else was said of them. Photos are not touched.
 */
export async function writeCaptions(
  { catalog, photos, captions }: { catalog: Catalog, photos: PhotosRepo, captions: Captions }, photoIds: readonly number[],
): Promise<SavedSidecars> {
  const items = new ItemsRepo(catalog)
  const told = photoIds.flatMap((photoId) => {
    const id = itemId('original', photoId)
    const said = items.textsOf(id).caption
    const text = captions.of(photoId)?.text
    return text !== undefined && (said === null || said === text) ? [{ id, text }] : []
  })
  new Journal(catalog).change((edit) => {
    for (const { id, text } of told) edit.update('texts', { item_id: id }, { caption: text })
    return { label: changeWords.words(told.length), result: null }
  })
  return saveSidecars({ catalog, photos, items }, told.map(({ id }) => id))
}
