/** What the original holds and the result does not, in words. */
import type { Notice } from '../../../shared/guest.ts'
import type { MetadataChoice } from '../../../shared/presets.ts'
import { leftOutOnPurpose } from './choice.ts'
import { isInXmp } from './iptc.ts'
import type { Tag } from './tags.ts'

/** Groups that describe the encoding of the file, or that ExifTool computes: a new encoding has its own. */
const ofTheEncoding = new Set(['File', 'ExifTool', 'System', 'Composite', 'ICC_Profile', 'JFIF', 'Adobe', 'APP14', 'PNG', 'RIFF', 'QuickTime', 'SourceFile', 'HEIF'])
const structural = new Set(['StripOffsets', 'StripByteCounts', 'RowsPerStrip', 'TileOffsets', 'TileByteCounts', 'TileWidth', 'TileLength', 'Compression',
  'BitsPerSample', 'SamplesPerPixel', 'PhotometricInterpretation', 'PlanarConfiguration', 'ImageWidth', 'ImageHeight', 'SubfileType', 'OldSubfileType',
  'Predictor', 'FillOrder', 'ExtraSamples', 'SampleFormat', 'JPEGTables', 'YCbCrSubSampling', 'PageNumber', 'NewSubfileType', 'ThumbnailImage',
  'ThumbnailOffset', 'ThumbnailLength', 'ThumbnailTIFF', 'JpgFromRaw', 'JpgFromRawStart', 'JpgFromRawLength', 'XMPToolkit', 'HasExtendedXMP', 'Padding',
  'OffsetSchema', 'PreviewImageStart', 'PreviewImageLength', 'IPTCDigest', 'CurrentIPTCDigest', 'ApplicationNotes'])
const words: Record<string, string> = {
  Photoshop: 'Photoshop resources', MPF: 'multi-picture segment (MPF)', JUMBF: 'content credentials (C2PA)', FlashPix: 'FlashPix extension',
  MakerNotes: 'maker notes', Ducky: 'Photoshop "save for web" segment', FLIR: 'thermal data (FLIR)', APP1: 'camera segment (APP1)', Trailer: 'data after the picture',
  Samsung: 'data after the picture (Samsung)', MPImage: 'further pictures (MPF)', GoPro: 'GoPro segment', XMP: 'XMP', EXIF: 'EXIF', IPTC: 'IPTC',
}

/** One line per group, at most six names each: 'Photoshop resources: LayersGroupInfo, PrintScale, ...'. */
export function namedLosses(before: readonly Tag[], after: readonly Tag[], choice: MetadataChoice, fromRaw: boolean): string[] {
  const there = new Set(after.map(key))
  const lost = new Map<string, Set<string>>()
  for (const tag of before) {
    if (ofTheEncoding.has(tag.family) || tag.group === 'IFD1' || structural.has(tag.name) || tag.name.startsWith('DerivedFrom')) continue
    if (fromRaw && isAboutRawPixels(tag)) continue
    if (there.has(key(tag)) || leftOutOnPurpose(tag, choice) || isInXmp(tag, after)) continue
    const label = words[tag.family] ?? tag.family
    const place = tag.family === 'MakerNotes' || tag.family === 'EXIF' || tag.family === 'XMP' ? `${label} (${tag.group})` : label
    lost.set(place, (lost.get(place) ?? new Set()).add(tag.name))
  }
  const trailers = before.filter(tag => tag.name === 'Warning' && /trailer/i.test(String(tag.value))).map(() => 'data after the picture')
  return [...new Set([...[...lost].map(([place, names]) => `${place}: ${list([...names])}`), ...trailers])]
}

/** What ExifTool found broken in the original, in its words: such parts could not be read, let alone carried. */
export function damageNotices(before: readonly Tag[]): Notice[] {
  const found = before.filter(tag => tag.family === 'ExifTool' && tag.name === 'Warning').map(tag => String(tag.value))
    .filter(text => !text.startsWith('[minor]') && /format error|^bad |malformed|corrupt|invalid|truncated|wrong format/i.test(text))
  if (found.length === 0) return []
  return [{ code: 'METADATA_DAMAGED', text: `Some metadata of the photo are damaged and could not be carried (${[...new Set(found)].slice(0, 3).join('; ')}).` }]
}

/** A content credential covers the exact bytes of the original: it ends with any edit. */
export function credentialNotices(before: readonly Tag[]): Notice[] {
  if (!before.some(tag => tag.family === 'JUMBF')) return []
  return [{
    code: 'CONTENT_CREDENTIAL_ENDS',
    text: 'The photo carries content credentials (C2PA). They vouch for the original alone and are not in the restored file; keep the original as proof.',
  }]
}

/** Pictures and calibration of the raw data, which a developed picture has no use for. */
function isAboutRawPixels(tag: Tag): boolean {
  if (tag.family !== 'EXIF') return false
  return /^(SubIFD\d*|IFD[1-9])$/.test(tag.group) || (tag.group === 'IFD0' && rawCalibration.test(tag.name))
}

const rawCalibration = /^(DNG(Backward)?Version|ColorMatrix\d|ForwardMatrix\d|CameraCalibration\w*|AnalogBalance|AsShot\w+|Baseline\w+|LinearResponseLimit|ShadowScale|Calibration\w+|RawDataUniqueID|OriginalRawFile\w+|Profile\w+|NoiseProfile|CFA\w+|BlackLevel\w*|WhiteLevel|DNGPrivateData|PreviewImage|PanasonicRaw\w*|Preview\w+|NewRawImageDigest|CacheVersion|OpcodeList\d)$/

/** Regions were drawn on the picture as it was stored; programs differ in whether they turn them along. */
export function regionNotices(before: readonly Tag[], after: readonly Tag[]): Notice[] {
  const turned = before.some(tag => tag.name === 'Orientation' && (tag.group === 'IFD0' || tag.group === 'XMP-tiff') && Number(tag.value) > 1)
  if (!turned || !after.some(tag => /^(Region(Area)?|RegionInfoMP)/.test(tag.name) && tag.family === 'XMP')) return []
  return [{ code: 'REGIONS_NOT_TURNED', text: 'The photo was turned upright; marked regions (faces) were carried as they are and may show at another place.' }]
}

function key(tag: Tag): string {
  return `${tag.family}:${tag.group}:${tag.name}`
}

function list(names: readonly string[]): string {
  const shown = names.slice(0, 6).join(', ')
  return names.length > 6 ? `${shown} and ${names.length - 6} more` : shown
}
