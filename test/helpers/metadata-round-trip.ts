/**
 * The claim about metadata, measured: every tag that plain ExifTool carries into a re-encoded copy (`-TagsFromFile src -all:all -unsafe
 * -icc_profile`) is in our result with the same value, but for the families that must change. Plain ExifTool itself rounds or rewrites a few XMP
 * values on the way (2.828 becomes 2.8); there our value must be the original's own.
 */
import { copyFile } from 'node:fs/promises'
import { basename, extname, join } from 'node:path'
import sharp from 'sharp'
import type { MetadataCarrier } from '../../src/main/studio/metadata/carrier.ts'
import { tagsFromJson, type Tag } from '../../src/main/studio/metadata/tags.ts'
import { edit, encoded, exiftool, keepAll } from './metadata.ts'

interface RoundTrip {
  file: string
  /** Tags that plain ExifTool carried and that ours must equal. */
  compared: number
  /** 'Group:Name: value => values in ours'. */
  differences: string[]
  /** Of the compared: those that plain ExifTool rewrote, and that we have as they are in the original. */
  asInOriginal: number
  /** Tags of plain ExifTool's copy that must differ: size, orientation, software, history, ids, thumbnail. */
  changed: number
  notCarried: string[]
  notices: string[]
  iccSame: boolean
}

const ofTheFile = new Set(['File', 'ExifTool', 'System', 'Composite', 'ICC_Profile', 'JFIF'])
const mustChange = /^(Orientation|(Exif|Related)?Image(Width|Height)|Software|CreatorTool|AgentVersion|XMPToolkit|HasExtendedXMP|History\w*|DerivedFrom\w*|InstanceID|ThumbnailImage|ThumbnailOffset|ThumbnailLength|IPTCDigest|CurrentIPTCDigest)$/
/** Places in the file, not values. */
const offset = /^(PreviewImageStart|OtherImageStart|JpgFromRawStart)$/

/** Null when the picture itself cannot be decoded. */
export async function roundTrip(carrier: MetadataCarrier, source: string, folder: string): Promise<RoundTrip | null> {
  const extension = extname(source)
  const bare = join(folder, `bare${extension}`)
  const size = await encoded(source, bare).catch(() => null)
  if (size === null) return null
  const [plain, ours] = [join(folder, `plain-${basename(source)}`), join(folder, `ours-${basename(source)}`)]
  await copyFile(bare, ours)
  const [result] = await Promise.all([
    carrier.carry({ source, target: ours, ...size, choice: keepAll, edit }),
    exiftool(['-m', '-o', plain, '-TagsFromFile', source, '-all:all', '-unsafe', '-icc_profile', bare]).catch(() => copyFile(bare, plain)),
  ])
  const [control, values, original] = [await readAll(plain), valuesOf(await readAll(ours)), valuesOf(await readAll(source))]
  const differences: string[] = []
  let compared = 0
  let asInOriginal = 0
  let changed = 0
  for (const tag of control) {
    if (ofTheFile.has(tag.family) || offset.test(tag.name)) continue
    if (tag.group === 'IFD1' || mustChange.test(tag.name)) {
      changed += 1
      continue
    }
    compared += 1
    const text = JSON.stringify(tag.value)
    const ourValues = values.get(key(tag)) ?? []
    if (ourValues.includes(text)) continue
    if (tag.family === 'XMP' && (original.get(key(tag)) ?? []).some(value => ourValues.includes(value))) asInOriginal += 1
    else differences.push(`${key(tag)}: ${text.slice(0, 80)} => ${(ourValues.length > 0 ? ourValues : ['missing']).join(' | ').slice(0, 120)}`)
  }
  const [before, after] = [(await sharp(bare).metadata()).icc, (await sharp(ours).metadata()).icc]
  return {
    file: basename(source), compared, asInOriginal, changed, differences, notCarried: result.notCarried, notices: result.notices.map(notice => `${notice.code}: ${notice.text}`),
    iccSame: before === undefined ? after === undefined : after !== undefined && before.equals(after),
  }
}

function valuesOf(tags: readonly Tag[]): Map<string, string[]> {
  const values = new Map<string, string[]>()
  for (const tag of tags) values.set(key(tag), [...values.get(key(tag)) ?? [], JSON.stringify(tag.value)])
  return values
}

/** Binary values in full. */
async function readAll(file: string): Promise<Tag[]> {
  return tagsFromJson(await exiftool(['-json', '-G0:1:4', '-a', '-u', '-n', '-b', '-m', file]), file)
}

/** XMP names that a program wrote in another case (`FlashPixVersion`) are corrected by plain ExifTool. */
function key(tag: Tag): string {
  return `${tag.group}:${tag.family === 'XMP' ? tag.name.toLowerCase() : tag.name}`
}
