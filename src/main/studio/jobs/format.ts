/** Which format an encoding will have, told before it is encoded. The guest decides in the end; its word corrects the name. */
import type { ImageFacts } from '../../../shared/guest.ts'
import { fileFormats, type EncodeOptions, type FileFormat } from '../../../shared/presets.ts'

const sixteenBit: readonly FileFormat[] = ['png', 'tiff']
const extensions: Record<FileFormat, string> = { jpeg: 'jpg', png: 'png', tiff: 'tif', webp: 'webp', avif: 'avif' }

export function formatFor(facts: ImageFacts, encode: EncodeOptions): FileFormat {
  if (encode.format !== 'same') return encode.format
  const own = facts.kind === 'raw' ? 'jpeg' : fileFormats.find((format) => format === facts.format) ?? 'tiff'
  const depth = encode.depth === 'same' ? facts.depth : encode.depth
  return depth === 16 && !sixteenBit.includes(own) ? 'tiff' : own
}

export function extensionOf(format: FileFormat): string {
  return extensions[format]
}
