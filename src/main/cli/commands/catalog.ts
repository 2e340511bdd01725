/** `restill catalog check|backup`. */
import { visible } from '../../studio/report/visible.ts'
import { catalogOption, jsonOption, type Register } from '../context.ts'
import { resolvePaths, type OpenOptions } from '../door.ts'
import { exitCodes } from '../exit-codes.ts'
import { wrap } from '../layout.ts'

interface CatalogOptions extends OpenOptions {
  json?: boolean
}

export const registerCatalog: Register = (program, context) => {
  const catalog = program
    .command('catalog')
    .summary('check or back up the catalog')
    .description('The catalog knows your photos, their jobs and results. The photos themselves are not in it.')

  catalog
    .command('check')
    .description('Looks for damage in the catalog.')
    .addOption(jsonOption())
    .addOption(catalogOption())
    .action(async (options: CatalogOptions) => {
      const output = context.output(options)
      context.exitCode = await context.withStudio(options, output, async (studio) => {
        const { ok, problems } = studio.catalog.check()
        output.data({ file: studio.catalogFile, ok, problems })
        output.line(`${visible(studio.catalogFile)}: ${ok ? 'no damage found' : 'damaged'}`)
        for (const problem of problems) for (const line of wrap(visible(problem), output.width, '  ')) output.line(line)
        if (!ok) output.line('Restore the newest backup beside it, or import the folders into a new catalog with --catalog.')
        return ok ? exitCodes.ok : exitCodes.someFailed
      })
    })

  catalog
    .command('backup')
    .description('Writes a copy of the catalog, also while restill works on it.')
    .argument('[file]', 'where to (default: beside the catalog, with the date)')
    .addOption(jsonOption())
    .addOption(catalogOption())
    .action(async (file: string | undefined, options: CatalogOptions) => {
      const output = context.output(options)
      context.exitCode = await context.withStudio(options, output, async (studio) => {
        const written = await studio.catalog.backup(file === undefined ? undefined : resolvePaths(context.door.base, [file])[0])
        output.data({ file: studio.catalogFile, backup: written })
        output.line(`Backup written: ${visible(written)}`)
        return exitCodes.ok
      })
    })
}
