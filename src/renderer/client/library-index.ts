/** The library in columns, by its own address: `index.html` asks for it before any code runs, and here it is taken up. */
import { unpackIndex, type LibraryIndex } from '../../shared/contract/columns.ts'
import { pictureUrl } from './pictures.ts'

export async function fetchIndex(): Promise<LibraryIndex> {
  const answer = await fetch(pictureUrl('/photo/library/index'))
  if (!answer.ok) throw new Error(await answer.text())
  return unpackIndex(await answer.arrayBuffer())
}
