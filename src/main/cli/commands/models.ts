/** `restill models`: the engines, their controls, and the packs that are installed. */
import { explain, RestillError } from '../../../shared/errors.ts'
import type { Descriptor } from '../../../shared/descriptor.ts'
import type { PackListing } from '../../../shared/pack.ts'
import { bytes } from '../../studio/report/units.ts'
import { visible } from '../../studio/report/visible.ts'
import { describeRange } from '../arguments.ts'
import { catalogOption, jsonOption, type Register } from '../context.ts'
import type { OpenOptions } from '../door.ts'
import { exitCodes } from '../exit-codes.ts'
import { table, wrap } from '../layout.ts'
import type { Output } from '../output.ts'

interface ModelsOptions extends OpenOptions {
  json?: boolean
  controls?: boolean
}

export const registerModels: Register = (program, context) => {
  program
    .command('models')
    .summary('list engines, their controls and the installed packs')
    .description('Lists the engines (methods), their controls, and the packs (trained networks) that are installed. Every pack is checked.')
    .option('--controls', 'what --set can change, with ranges and defaults')
    .addOption(jsonOption())
    .addOption(catalogOption())
    .action(async (options: ModelsOptions) => {
      const output = context.output(options)
      context.exitCode = await context.withStudio(options, output, async (studio) => {
        const packs = await studio.models()
        output.data({ packs: packs.map(({ id, engine, version, verified, licence }) => ({ id, engine, version, verified, licence })) })
        if (!output.json) {
          showEngines(await studio.engines(), options.controls === true, output)
          showPacks(packs, studio.packFolders(), output)
        }
        return packs.some((pack) => pack.verified) ? exitCodes.ok : exitCodes.someFailed
      })
    })
}

function showEngines(engines: readonly Descriptor[], controls: boolean, output: Output): void {
  for (const engine of engines) {
    output.line(output.paint('bold', `${engine.id}  ${engine.title}`))
    for (const line of wrap(engine.sentence, output.width, '  ')) output.line(line)
    if (controls) showControls(engine, output)
  }
}

function showControls(engine: Descriptor, output: Output): void {
  if (engine.controls.length === 0) return output.line('  It has no controls.')
  output.line()
  for (const control of engine.controls) {
    output.line(`  --set ${control.id}=${control.default}    ${control.label}: ${describeRange(control)}`)
    for (const line of wrap(control.help, output.width, '      ')) output.line(line)
  }
}

function showPacks(packs: readonly PackListing[], folders: readonly string[], output: Output): void {
  output.line()
  if (packs.length === 0) {
    const words = explain(new RestillError('PACK_MISSING', { detail: { pack: '' } }))
    output.line(words.message.replace('pack  was', 'pack was'))
    output.line('Packs are looked for in:')
    for (const folder of folders) output.line(`  ${visible(folder)}`)
    return
  }
  const rows = packs.map((pack) => [
    pack.id,
    pack.version,
    pack.engine,
    pack.error === null ? 'verified' : 'not usable',
    pack.licence,
    bytes(pack.bytes),
  ])
  for (const line of table(
    [['Pack', 'Version', 'Engine', 'State', 'Licence', 'Size'], ...rows],
    [{ shrinks: true }, {}, {}, {}, {}, { align: 'right' }],
    output.width,
  ))
    output.line(line)
  for (const pack of packs) {
    if (pack.error === null) continue
    output.line()
    for (const line of wrap(visible(`${pack.id}: ${pack.error.message} ${pack.error.hint}`), output.width)) output.line(line)
  }
}
