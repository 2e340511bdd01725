/** All tags of a file as ExifTool sees them: family 0 and 1 groups, duplicates and unknown tags included, values unconverted. */
import { z } from 'zod'
import { RestillError } from '../../../shared/errors.ts'
import type { ExifToolProcess } from './exiftool.ts'

export interface Tag {
  /** Family 0: EXIF, XMP, IPTC, MakerNotes, ... */
  family: string
  /** Family 1: IFD0, XMP-dc, Canon, ... */
  group: string
  name: string
  /** More than 0 where the same tag stands several times. */
  copy: number
  value: unknown
}

const answerSchema = z.array(z.record(z.string(), z.unknown())).min(1)
const argumentsToRead = ['-json', '-G0:1:4', '-a', '-u', '-n', '-m', '-api', 'LargeFileSupport=1']

/** @throws METADATA_TOOL_MISSING, METADATA_FAILED when ExifTool gives no readable answer */
export async function readTags(tool: ExifToolProcess, path: string): Promise<Tag[]> {
  const answer = await tool.run(path, [...argumentsToRead, path])
  return tagsFromJson(answer.stdout, path)
}

export function tagsFromJson(json: string, file: string): Tag[] {
  let parsed: unknown
  try {
    parsed = JSON.parse(json)
  } catch (cause) {
    throw new RestillError('METADATA_FAILED', { detail: { file, reason: 'no readable answer from ExifTool' }, cause })
  }
  const first = answerSchema.parse(parsed)[0] ?? {}
  return Object.entries(first).flatMap(([key, value]) => {
    const parts = key.split(':')
    const name = parts.at(-1)
    if (parts.length < 2 || name === undefined) return []
    const copy = parts.length > 2 ? /^Copy(\d+)$/.exec(parts.at(-2) ?? '') : null
    const groups = copy === null ? parts.slice(0, -1) : parts.slice(0, -2)
    const family = groups[0] ?? ''
    return [{ family, group: groups[1] ?? family, name, copy: Number(copy?.[1] ?? 0), value }]
  })
}

export function textOf(tags: readonly Tag[], group: string, name: string): string | null {
  const value = tags.find(tag => tag.group === group && tag.name === name)?.value
  if (typeof value !== 'string' && typeof value !== 'number') return null
  const text = String(value).trim()
  return text === '' ? null : text
}
