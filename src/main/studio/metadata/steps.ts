/** What is tried, in which order: each list goes from everything down to the least. */
import type { CopyPlan } from './choice.ts'
import type { Tag } from './tags.ts'

/** From the whole packet down to known tags; the first that ExifTool accepts is used. */
export function xmpSteps(plan: CopyPlan, source: readonly Tag[]): string[][] {
  if (plan.xmp.length === 0 || !source.some(tag => tag.family === 'XMP')) return []
  return plan.xmpBlock ? [['-XMP'], plan.xmp] : [plan.xmp]
}

/** Of a sidecar: what people wrote. Its develop settings are for the raw pixels, its ids and sizes are the source's. */
export function sidecarArguments(plan: CopyPlan): string[] {
  if (plan.xmp.length === 0) return []
  const never = ['crs:all', 'crd:all', 'darktable:all', 'xmpMM:all', 'tiff:Orientation', 'tiff:ImageWidth', 'tiff:ImageHeight', 'exif:ExifImageWidth', 'exif:ExifImageHeight']
  return [...plan.xmp, ...never.map(name => `--XMP-${name}`)]
}

/** `without` says what stays behind, and is empty for the full step. */
interface RestStep { copy: string[], without: string }

export const allXmp = 'XMP'
export const nothingButXmp = 'EXIF, IPTC and maker notes'

/** Everything but XMP, down to the declaration alone. */
export function restSteps(plan: CopyPlan, source: { readable: boolean, raw: boolean }): RestStep[] {
  if (plan.rest.length === 0 || !source.readable) return [{ copy: [], without: '' }]
  const ofRawPixels = ['--SubIFD:all', '--SubIFD1:all', '--SubIFD2:all', '--PreviewImage', '--JpgFromRaw', '--DNGPrivateData']
  const never = ['--ICC_Profile:all', '--IFD1:all', '--ThumbnailImage', ...(source.raw ? ofRawPixels : [])]
  return [
    { copy: [...plan.rest, ...(plan.makerNotes ? [] : ['--MakerNotes:all']), ...never], without: '' },
    { copy: [...plan.rest, '--MakerNotes:all', ...never], without: 'the maker notes' },
    { copy: ['-EXIF:all>all:all', '--MakerNotes:all', ...plan.without, ...never], without: 'IPTC and maker notes' },
    { copy: ['-IPTC:all', ...plan.without], without: 'EXIF and maker notes' },
    { copy: [], without: nothingButXmp },
  ]
}
