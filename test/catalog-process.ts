/** A process of its own for the tests of the catalog: `node catalog-process.ts <what> <catalog>`. */
import { bringUpToDate } from '../src/main/studio/catalog/migrate.ts'
import { openCatalog } from '../src/main/studio/catalog/open.ts'
import { SettingsRepo } from '../src/main/studio/catalog/settings.repo.ts'

const [, , what, file = ''] = process.argv

if (what === 'migrate-only') {
  bringUpToDate(file)
} else {
  const catalog = openCatalog(file)
  const settings = new SettingsRepo(catalog)
  for (let index = 0; what === 'write' && index < 200; index++) settings.set('child', index)
  catalog.close()
}
