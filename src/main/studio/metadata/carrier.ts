/**
 * Carries the metadata of a photo into its freshly encoded result, by ExifTool. Runs in the studio's process.
 * The target is replaced only by a finished file; whatever fails, the picture stays, with as much of the metadata as went.
 */
import { readdir, rename } from 'node:fs/promises'
import { basename, dirname } from 'node:path'
import { explain, isCancelled, RestillError } from '../../../shared/errors.ts'
import type { Notice } from '../../../shared/guest.ts'
import type { MetadataChoice } from '../../../shared/presets.ts'
import { sidecarIndex } from '../library/sidecars.ts'
import { copyPlan, type CopyPlan } from './choice.ts'
import { declarationArguments, type EditDeclaration } from './declare.ts'
import { copyXmpSegments } from './extended-xmp.ts'
import { ExifToolProcess } from './exiftool.ts'
import { holdsIptc, iptcToXmp } from './iptc.ts'
import { credentialNotices, damageNotices, namedLosses, regionNotices } from './losses.ts'
import { ownMark, type OwnMark } from './own-mark.ts'
import { safePaths } from './safe-path.ts'
import { allXmp, nothingButXmp, restSteps, sidecarArguments, xmpSteps } from './steps.ts'
import { readTags, textOf, type Tag } from './tags.ts'
import { sizeAndOrientation } from './upright.ts'
import { StepWriter } from './writer.ts'

export interface CarryRequest {
  /** The original; never written. */
  source: string
  /** The encoded result: pixels and ICC profile. */
  target: string
  /** Of the target, in pixels. */
  width: number
  height: number
  choice: MetadataChoice
  edit: EditDeclaration
  /** The pixels came from the preview inside a raw file: data about the raw pixels are left out. */
  fromRawPreview?: boolean
  signal?: AbortSignal
}

interface CarryResult {
  /** False when nothing of the source's metadata could be carried. */
  carried: boolean
  /** Groups and tags that stayed behind, by name. */
  notCarried: string[]
  notices: Notice[]
}

export class MetadataCarrier {
  readonly #tool: ExifToolProcess

  constructor(tool = new ExifToolProcess()) {
    this.#tool = tool
  }

  async available(): Promise<{ version: string } | { reason: string }> {
    try {
      return { version: await this.#tool.version() }
    } catch (thrown) {
      return { reason: explain(thrown).message }
    }
  }

  /**
   * Never throws for metadata that cannot be carried: that is said in the result, and the target keeps its pixels.
   * @throws CANCELLED
   */
  async carry(request: CarryRequest): Promise<CarryResult> {
    request.signal?.throwIfAborted()
    try {
      return await this.#carry(request)
    } catch (thrown) {
      request.signal?.throwIfAborted()
      if (isCancelled(thrown)) throw thrown
      const words = explain(thrown)
      return { carried: false, notCarried: ['all metadata'], notices: [{ code: words.code, text: `${words.message} ${words.hint}`.trim() }] }
    }
  }

  /** What an earlier restill wrote into a file; null when it is not a result of ours or cannot be read. */
  async readOwn(file: string): Promise<OwnMark | null> {
    await using paths = safePaths()
    return ownMark(await readTags(this.#tool, await paths.file(file)))
  }

  async close(): Promise<void> {
    await this.#tool.close()
  }

  async #carry(request: CarryRequest): Promise<CarryResult> {
    const { choice, edit, target, signal } = request
    await this.#tool.version()
    await using paths = safePaths()
    await using writer = new StepWriter(this.#tool, paths, target, signal)
    const source = await paths.file(request.source)
    const before = await this.#read(source)
    const unreadable = textOf(before, 'ExifTool', 'Error')
    const sidecars = choice.keep === 'none' ? [] : await Promise.all((await sidecarsOf(request.source)).map(path => paths.file(path)))
    const aside = (await Promise.all(sidecars.map(path => this.#read(path)))).flat()
    signal?.throwIfAborted()
    const plan = copyPlan(choice, [...before, ...aside])

    const xmp = await this.#writeXmp(writer, request, { source, before, plan, sidecars })
    const copyFrom = ['-TagsFromFile', source]
    const iptcAsXmp = holdsIptc(target) ? [] : iptcToXmp([...before, ...aside], choice)
    const edits = [...sizeAndOrientation(before, request, choice), ...declarationArguments(edit, before, basename(request.source), choice)]
    const notices: Notice[] = unreadable === null ? [] : [{ code: 'METADATA_UNREADABLE', text: `The metadata of the photo could not be read (${unreadable}).` }]
    let finished: string | null = null
    const refused: string[] = []
    const hasXmp = plan.xmp.length > 0 && before.some(tag => tag.family === 'XMP')
    const bases = [{ file: xmp.file, without: hasXmp && xmp.file === target ? allXmp : '' }]
    for (const step of restSteps(plan, { readable: unreadable === null, raw: request.fromRawPreview === true })) {
      const args = [...(step.copy.length > 0 ? [...copyFrom, ...step.copy, ...iptcAsXmp] : []), ...edits]
      for (let i = 0; i < bases.length && finished === null; i++) {
        const base = bases[i]
        if (base === undefined) break
        finished = await writer.write(base.file, args)
        refused.splice(0, refused.length, ...[step.without, base.without].filter(part => part !== ''))
        if (finished === null && bases.length === 1 && base.file !== target) bases.push(...await lesserXmp(writer, target, [...copyFrom, ...plan.xmp]))
      }
      if (finished !== null) break
    }
    const reason = writer.failures.at(-1) ?? 'no reason given'
    if (finished === null) throw new RestillError('METADATA_FAILED', { detail: { file: request.source, reason } })
    if (refused.length > 0) notices.push({ code: 'METADATA_IN_PART', text: `ExifTool refused a part of the metadata (${reason}): ${refused.join(' and ')} stayed behind.` })
    if (plan.afterwards.length > 0) finished = await writer.write(finished, plan.afterwards) ?? finished
    const after = await readTags(this.#tool, await paths.file(finished))
    signal?.throwIfAborted()
    await rename(finished, target)

    if (choice.keep === 'all' && !plan.makerNotes) {
      notices.push({ code: 'MAKER_NOTES_REMOVED', text: 'The maker notes hold a place or the name of a person and were left out as asked.' })
    }
    notices.push(...(choice.keep === 'none' ? [] : damageNotices(before)), ...credentialNotices(before), ...regionNotices(before, after))
    return {
      carried: unreadable === null && !(refused.includes(nothingButXmp) && refused.includes(allXmp)),
      notCarried: namedLosses(before, after, choice, request.fromRawPreview === true), notices,
    }
  }

  /** The packet of the source, or what can be had of it, then the sidecars on top; the file to go on with. */
  async #writeXmp(
    writer: StepWriter, request: CarryRequest, known: { source: string, before: readonly Tag[], plan: CopyPlan, sidecars: readonly string[] },
  ): Promise<{ file: string }> {
    const { source, before, plan } = known
    const isExtended = plan.xmpBlock && before.some(tag => tag.name === 'HasExtendedXMP')
    const spliced = isExtended ? writer.nextName() : null
    let file = spliced !== null && await copyXmpSegments(request.source, request.target, spliced).catch(() => false) ? spliced : request.target
    if (file === request.target) {
      for (const step of xmpSteps(plan, before)) {
        file = await writer.write(request.target, ['-TagsFromFile', source, ...step]) ?? request.target
        if (file !== request.target) break
      }
      // Known tags of the further segments, where the segments themselves could not be copied.
      if (isExtended) file = await writer.write(file, ['-TagsFromFile', source, '-XMP:all>all:all']) ?? file
    }
    const args = sidecarArguments(plan)
    for (const sidecar of args.length > 0 ? known.sidecars : []) file = await writer.write(file, ['-TagsFromFile', sidecar, ...args]) ?? file
    return { file }
  }

  /** A file that cannot be read has an `ExifTool:Error`, as ExifTool itself reports it. */
  async #read(path: string): Promise<Tag[]> {
    return readTags(this.#tool, path).catch((thrown: unknown) => [{ family: 'ExifTool', group: 'ExifTool', name: 'Error', copy: 0, value: explain(thrown).message }])
  }
}

/** What to build on when the packet as it is cannot be edited: its known tags, then none of it. */
async function lesserXmp(writer: StepWriter, target: string, copyKnown: readonly string[]): Promise<{ file: string, without: string }[]> {
  const known = await writer.write(target, copyKnown)
  return [...(known === null ? [] : [{ file: known, without: 'XMP of unknown namespaces' }]), { file: target, without: allXmp }]
}

/** Paths of the XMP sidecars beside a photo, the more specific last. */
async function sidecarsOf(source: string): Promise<string[]> {
  const folder = dirname(source)
  const names = await readdir(folder).catch(() => [])
  return (await sidecarIndex(folder, names).of(basename(source))).paths
}
