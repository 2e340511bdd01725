/** Prints what is carried of the metadata of a folder of JPEGs: `node docs/scripts/metadata-table.ts <folder>`. Nothing in the folder is written. */
import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { MetadataCarrier } from '../../src/main/studio/metadata/carrier.ts'
import { closeExifTool } from '../../test/helpers/metadata.ts'
import { roundTrip } from '../../test/helpers/metadata-round-trip.ts'

const [given] = process.argv.slice(2)
if (given === undefined) {
  console.error('usage: node docs/scripts/metadata-table.ts <folder of JPEGs>')
  process.exit(2)
}
const from = resolve(given)
const folder = await mkdtemp(join(tmpdir(), 'restill-metadata-'))
const carrier = new MetadataCarrier()
let [files, compared, different, original, changed, undecodable, named] = [0, 0, 0, 0, 0, 0, 0]
try {
  console.log('| file | tags compared | different | must change | not carried (named in the result) |\n| --- | ---: | ---: | ---: | --- |')
  for (const name of (await readdir(from)).filter(each => /\.jpe?g$/i.test(each)).sort()) {
    const found = await roundTrip(carrier, join(from, name), folder)
    if (found === null) {
      undecodable += 1
      continue
    }
    files += 1
    compared += found.compared
    changed += found.changed
    original += found.asInOriginal
    different += found.differences.length + (found.iccSame ? 0 : 1)
    if (found.notCarried.length > 0) named += 1
    console.log(`| ${name} | ${found.compared} | ${found.differences.length} | ${found.changed} | ${[...found.notCarried, ...found.notices].join('; ')} |`)
    for (const difference of found.differences) console.log(`  different: ${difference}`)
  }
  console.log(`\n${files} files, ${compared} tags compared, ${different} different, ${original} as in the original where plain ExifTool rewrites them, ${changed} that must change, ${named} files with something named, ${undecodable} that do not decode`)
} finally {
  await carrier.close()
  await closeExifTool()
  await rm(folder, { recursive: true, force: true })
}
