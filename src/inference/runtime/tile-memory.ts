/** The largest tile that fits a pack on a device, learnt the hard way; kept in `<home>/tiles.json`. */
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { z } from 'zod'

const schema = z.record(z.string(), z.int().positive())

/** Tile side in pixels that fitted last time; null when every size did. */
export async function rememberedTile(home: string, packHash: string, device: string): Promise<number | null> {
  return (await read(home))[`${packHash} ${device}`] ?? null
}

export async function rememberTile(home: string, packHash: string, device: string, side: number): Promise<void> {
  const file = fileOf(home)
  const temporary = `${file}.${process.pid}.tmp`
  try {
    await mkdir(dirname(file), { recursive: true })
    await writeFile(temporary, JSON.stringify({ ...await read(home), [`${packHash} ${device}`]: side }, null, 2))
    await rename(temporary, file)
  } catch {
    // What cannot be kept is found out again.
  }
}

async function read(home: string): Promise<Record<string, number>> {
  try {
    return schema.parse(JSON.parse(await readFile(fileOf(home), 'utf8')))
  } catch {
    return {}
  }
}

function fileOf(home: string): string {
  return join(home, 'tiles.json')
}
