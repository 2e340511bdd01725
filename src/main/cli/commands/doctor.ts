/** `restill doctor`: what works on this machine, what does not, and what to do about it. */
import { statfs } from 'node:fs/promises'
import type { ProviderVerdict } from '../../../shared/guest.ts'
import type { PackListing } from '../../../shared/pack.ts'
import { explain } from '../../../shared/errors.ts'
import type { CaptionServer, Studio } from '../../studio/api.ts'
import { bytes } from '../../studio/report/units.ts'
import { visible } from '../../studio/report/visible.ts'
import { catalogOption, jsonOption, type Register } from '../context.ts'
import type { OpenOptions } from '../door.ts'
import { exitCodes } from '../exit-codes.ts'
import { table, wrap } from '../layout.ts'
import type { Output } from '../output.ts'

interface DoctorOptions extends OpenOptions {
  json?: boolean
}

/** `serious`: photos cannot be restored, or not with their metadata. */
interface Problem {
  serious: boolean
  what: string
  todo: string
}

interface Findings {
  ok: boolean
  versions: Record<string, string>
  folders: Record<'home' | 'catalog' | 'log', string> & { packs: string[] }
  /** Bytes free for the catalog and its data; null where the system does not tell. */
  freeBytes: number | null
  devices: ProviderVerdict[]
  packs: PackListing[]
  exiftool: { version: string } | { reason: string }
  /** What answers where captions would be asked for; without one everything but captions by a model works. */
  captions: Omit<CaptionServer, 'problem'> & { problem: string | null }
  problems: Problem[]
}

const littleSpace = 2_000_000_000

export const registerDoctor: Register = (program, context) => {
  program
    .command('doctor')
    .summary('check devices, models, folders and tools')
    .description(
      'Tries every device on a small picture, checks the models, the catalog and the tools, and says what to do about what does not work.',
    )
    .addOption(jsonOption())
    .addOption(catalogOption())
    .action(async (options: DoctorOptions) => {
      const output = context.output(options)
      if (!output.json) output.line('Trying the devices, this can take a moment ...')
      context.exitCode = await context.withStudio(options, output, async (studio) => {
        const findings = await examine(studio)
        output.data(findings)
        show(findings, output)
        return findings.problems.some((problem) => problem.serious) ? exitCodes.someFailed : exitCodes.ok
      })
    })
}

async function examine(studio: Studio): Promise<Findings> {
  const devices = await studio.devices(true)
  const packs = await studio.models()
  const exiftool = await studio.exiftool()
  const freeBytes = await statfs(studio.home).then(
    (disk) => disk.bavail * disk.bsize,
    () => null,
  )
  const problems: Problem[] = []
  if (!devices.some((device) => device.usable))
    problems.push({
      serious: true,
      what: 'No device can run the networks.',
      todo: 'Install restill again ("npm ci"); the processor alone is enough.',
    })
  if (!packs.some((pack) => pack.verified && pack.error === null))
    problems.push({
      serious: true,
      what: 'No usable model pack was found.',
      todo: 'Install restill again, or name a folder of packs in RESTILL_PACKS.',
    })
  for (const pack of packs) if (pack.error !== null) problems.push({ serious: false, what: pack.error.message, todo: pack.error.hint })
  if ('reason' in exiftool)
    problems.push({
      serious: true,
      what: `ExifTool does not run, so results get no metadata: ${exiftool.reason}`,
      todo: 'Install perl, which ExifTool needs here.',
    })
  const { problem, ...captions } = await studio.captions.look()
  const catalog = studio.catalog.check()
  for (const problem of catalog.problems)
    problems.push({
      serious: true,
      what: `The catalog is damaged: ${problem}`,
      todo: 'Restore the newest backup beside it, or import the folders into a new catalog with --catalog.',
    })
  if (freeBytes !== null && freeBytes < littleSpace)
    problems.push({
      serious: false,
      what: `Only ${bytes(freeBytes)} are free where restill keeps its data.`,
      todo: `Free some space, or set RESTILL_HOME to a folder on another disk.`,
    })
  return {
    ok: problems.length === 0,
    versions: await studio.versions(),
    folders: { home: studio.home, catalog: studio.catalogFile, log: studio.logFile, packs: studio.packFolders() },
    freeBytes,
    devices,
    packs,
    exiftool,
    captions: { ...captions, problem: problem === null ? null : sentences(problem) },
    problems,
  }
}

function sentences(error: Error): string {
  const { message, hint } = explain(error)
  return `${message} ${hint}`
}

function show(findings: Findings, output: Output): void {
  const heading = (text: string) => {
    output.line()
    output.line(output.paint('bold', text))
  }
  heading('Devices')
  const rows = findings.devices.map((device) => [
    `  ${device.provider}`,
    device.usable ? 'works' : 'not used',
    device.usable
      ? `${device.device}, self-test ${device.milliseconds === null ? '' : `${device.milliseconds.toFixed(1)} ms`}`
      : device.reason,
  ])
  for (const line of table(
    rows.map((row) => row.map(visible)),
    [{}, {}, { shrinks: true }],
    output.width,
  ))
    output.line(line)
  heading('Models')
  for (const pack of findings.packs) output.line(`  ${pack.id} ${pack.version}  ${pack.error === null ? 'verified' : 'not usable'}`)
  heading('Folders')
  const { home, catalog, log, packs } = findings.folders
  const space = findings.freeBytes === null ? '' : `  (${bytes(findings.freeBytes)} free)`
  for (const line of table(
    [
      ['  data', `${visible(home)}${space}`],
      ['  catalog', visible(catalog)],
      ['  log', visible(log)],
      ...packs.map((each) => ['  packs', visible(each)]),
    ],
    [{}, {}],
    Number.MAX_SAFE_INTEGER,
  ))
    output.line(line)
  heading('Tools and versions')
  const versions = { ...findings.versions, exiftool: 'version' in findings.exiftool ? findings.exiftool.version : 'does not run' }
  for (const line of table(
    Object.entries(versions).map(([name, version]) => [`  ${name}`, visible(version)]),
    [{}, {}],
    output.width,
  ))
    output.line(line)
  heading('Captions')
  for (const line of wrap(visible(captionLine(findings.captions)), output.width, '  ')) output.line(line)
  heading(findings.problems.length === 0 ? 'No problems found.' : 'Problems')
  for (const { what, todo } of findings.problems) {
    for (const line of wrap(visible(what), output.width, '  ')) output.line(line)
    for (const line of wrap(visible(todo), output.width, '    ')) output.line(line)
  }
}

function captionLine({ host, isLocal, version, models, problem }: Findings['captions']): string {
  if (problem !== null) return problem
  const away = isLocal ? '' : '; it is not on this machine, so photos leave it for a caption'
  return `ollama ${version ?? ''} at ${host}${away}. Models that can see: ${models.join(', ')}`
}
