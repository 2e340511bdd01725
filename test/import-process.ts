/** A process of its own for the tests of the import: `node import-process.ts <home> <folder>`; says a line for each file. */
import { join } from 'node:path'
import { openCatalog } from '../src/main/studio/catalog/open.ts'
import { PhotosRepo } from '../src/main/studio/catalog/photos.repo.ts'
import { Previews } from '../src/main/studio/catalog/previews.ts'
import { importPaths } from '../src/main/studio/library/import.ts'
import { IdentifyHere } from './helpers/identify.ts'

const [, , home = '', folder = ''] = process.argv
const catalog = openCatalog(join(home, 'catalog.restill'))
const previews = new Previews(join(home, 'previews.restill'))
await importPaths({ catalog, photos: new PhotosRepo(catalog), previews, pixels: new IdentifyHere() }, {
  paths: [folder], recursive: true, onProgress: ({ done }) => { process.stdout.write(`${done}\n`) },
})
previews.close()
catalog.close()
