/** Which blurred file belongs to which sharp one: the same name, else the same name with another extension. */
import { readdir, stat } from 'node:fs/promises'
import { basename, extname, join, parse } from 'node:path'

export interface Pair {
  name: string
  blurred: string
  sharp: string
}

const photo = new Set(['.jpg', '.jpeg', '.png', '.tif', '.tiff', '.webp', '.avif'])

/** Two folders, or two files. Files that find no partner are named in `alone`. */
export async function findPairs(blurred: string, sharp: string): Promise<{ pairs: Pair[]; alone: string[] }> {
  if ((await stat(blurred)).isFile())
    return {
      pairs: [{ name: basename(blurred), blurred, sharp: (await stat(sharp)).isFile() ? sharp : join(sharp, basename(blurred)) }],
      alone: [],
    }
  return matchNames(blurred, await photosIn(blurred), sharp, await photosIn(sharp))
}

export function matchNames(
  blurredFolder: string,
  blurred: readonly string[],
  sharpFolder: string,
  sharp: readonly string[],
): { pairs: Pair[]; alone: string[] } {
  const byName = new Set(sharp)
  const byStem = new Map(sharp.map((name) => [parse(name).name, name]))
  const pairs: Pair[] = []
  const alone: string[] = []
  const used = new Set<string>()
  for (const name of blurred) {
    const partner = byName.has(name) ? name : byStem.get(parse(name).name)
    if (partner === undefined) {
      alone.push(join(blurredFolder, name))
      continue
    }
    used.add(partner)
    pairs.push({ name, blurred: join(blurredFolder, name), sharp: join(sharpFolder, partner) })
  }
  alone.push(...sharp.filter((name) => !used.has(name)).map((name) => join(sharpFolder, name)))
  return { pairs, alone }
}

async function photosIn(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { withFileTypes: true })
  return entries
    .filter((entry) => !entry.isDirectory() && !entry.name.startsWith('.') && photo.has(extname(entry.name).toLowerCase()))
    .map((entry) => entry.name)
    .sort()
}
