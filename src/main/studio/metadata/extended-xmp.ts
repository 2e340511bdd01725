/**
 * XMP of more than 64 KB lies in several JPEG segments (XMP part 3, 1.1.3.1), which ExifTool copies as known tags alone. Where source and target
 * are JPEGs, the segments themselves are copied first, so that unknown namespaces in them survive; ExifTool then edits what it finds.
 */
import { open, writeFile } from 'node:fs/promises'

const standard = Buffer.from('http://ns.adobe.com/xap/1.0/\0')
const extension = Buffer.from('http://ns.adobe.com/xmp/extension/\0')

/** Writes `to`: the JPEG `target` with the XMP segments of the JPEG `source`. False, and nothing written, where either is no JPEG or has none. */
export async function copyXmpSegments(source: string, target: string, to: string): Promise<boolean> {
  const from = await segments(source)
  const xmp = (from?.segments ?? []).filter(segment => isXmp(segment))
  const into = await segments(target)
  if (xmp.length === 0 || into === null) return false
  const first = into.segments.findIndex(segment => segment[1] !== 0xe0)
  const kept = into.segments.filter(segment => !isXmp(segment))
  const head = first < 0 ? kept.length : Math.min(first, kept.length)
  await writeFile(to, Buffer.concat([Buffer.from([0xff, 0xd8]), ...kept.slice(0, head), ...xmp, ...kept.slice(head), into.rest]))
  return true
}

function isXmp(segment: Buffer): boolean {
  return segment[1] === 0xe1 && (segment.subarray(4).indexOf(standard) === 0 || segment.subarray(4).indexOf(extension) === 0)
}

/** Segments between the start of the file and the pixels, marker and length included; null for anything but a JPEG. */
async function segments(path: string): Promise<{ segments: Buffer[], rest: Buffer } | null> {
  const handle = await open(path)
  try {
    const bytes = await handle.readFile()
    if (bytes.length < 4 || bytes.readUInt16BE(0) !== 0xffd8) return null
    const found: Buffer[] = []
    let at = 2
    while (at + 4 <= bytes.length && bytes[at] === 0xff && (bytes[at + 1] ?? 0) >= 0xe0 && (bytes[at + 1] ?? 0) <= 0xef) {
      const end = at + 2 + bytes.readUInt16BE(at + 2)
      if (end > bytes.length) return null
      found.push(bytes.subarray(at, end))
      at = end
    }
    return { segments: found, rest: bytes.subarray(at) }
  } finally {
    await handle.close()
  }
}
