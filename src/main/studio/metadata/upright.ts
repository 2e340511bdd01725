/** Tags about size and orientation that must say what the result is: it stands upright and may have another size. */
import type { MetadataChoice } from '../../../shared/presets.ts'
import type { Tag } from './tags.ts'

/** Corrects what the source has; adds nothing. */
export function sizeAndOrientation(source: readonly Tag[], size: { width: number, height: number }, choice: MetadataChoice): string[] {
  if (choice.keep !== 'all') return []
  const has = (group: string, name: string) => source.some(tag => tag.group === group && tag.name === name)
  return [
    ...(has('IFD0', 'Orientation') ? ['-IFD0:Orientation#=1'] : []),
    ...(has('XMP-tiff', 'Orientation') ? ['-XMP-tiff:Orientation#=1'] : []),
    ...sizes.flatMap(([group, width, height]) => [
      ...(has(group, width) ? [`-${group}:${width}=${size.width}`] : []),
      ...(has(group, height) ? [`-${group}:${height}=${size.height}`] : []),
    ]),
  ]
}

const sizes = [
  ['ExifIFD', 'ExifImageWidth', 'ExifImageHeight'], ['InteropIFD', 'RelatedImageWidth', 'RelatedImageHeight'],
  ['XMP-exif', 'ExifImageWidth', 'ExifImageHeight'], ['XMP-tiff', 'ImageWidth', 'ImageHeight'],
] as const
