/** Reads and checks packs. A pack is data from anywhere: everything about it is checked before it is used. */
import { createHash } from 'node:crypto'
import { lstat, readFile, stat } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { z } from 'zod'
import { RestillError } from '../../shared/errors.ts'
import { packFormat, type PackManifest, packManifestSchema } from '../../shared/pack.ts'
import { hasExternalData } from './onnx-scan.ts'

export interface Pack {
  readonly folder: string
  readonly manifest: PackManifest
  /** SHA-256 of `pack.json`, hex. */
  readonly hash: string
}

const manifests = new Map<string, { stamp: string, pack: Pack }>()
const manifestLimitBytes = 4 * 1024 * 1024
const anySchema = z.looseObject({ schema: z.number() })

/** Reads `pack.json` of a folder, again when its size or time changed: a moved control asks for its pack each time. @throws RestillError PACK_MISSING, PACK_INVALID, PACK_VERSION */
export async function readPack(folder: string): Promise<Pack> {
  const file = join(folder, 'pack.json')
  const facts = await stat(file).catch(() => null)
  if (facts?.isFile() !== true) throw new RestillError('PACK_MISSING', { detail: { pack: basename(folder), file } })
  if (facts.size > manifestLimitBytes) throw invalid(file, 'it is far too large')
  const written = `${facts.ino} ${facts.size} ${facts.mtimeMs}`
  const known = manifests.get(folder)
  if (known?.stamp === written) return known.pack
  const bytes = await readFile(file)
  let json: unknown
  try {
    json = JSON.parse(bytes.toString('utf8'))
  } catch (cause) {
    throw invalid(file, 'it is not JSON', cause)
  }
  const format = anySchema.safeParse(json)
  if (format.success && format.data.schema !== packFormat) {
    throw new RestillError('PACK_VERSION', { detail: { file, found: format.data.schema, expected: packFormat } })
  }
  const parsed = packManifestSchema.safeParse(json)
  if (!parsed.success) throw invalid(file, z.prettifyError(parsed.error).replaceAll('\n', ' '))
  for (const [name, graph] of Object.entries(parsed.data.graphs)) {
    if (parsed.data.files[graph.file] === undefined) throw invalid(file, `the graph "${name}" names a file without a checksum`)
  }
  const pack = { folder, manifest: parsed.data, hash: sha256(bytes) }
  manifests.set(folder, { stamp: written, pack })
  return pack
}

const verified = new Map<string, string>()

/**
 * Checks every file of the pack against its checksum; once, until a file's size or time changes.
 * @throws RestillError PACK_ALTERED, PACK_INVALID
 */
export async function verifyPack(pack: Pack): Promise<void> {
  const names = Object.keys(pack.manifest.files)
  const stamps = await Promise.all(names.map(name => stamp(pack, name)))
  for (const [index, name] of names.entries()) {
    if (verified.get(`${pack.hash} ${join(pack.folder, name)}`) !== stamps[index]) await readPackFile(pack, name)
  }
}

/** The checked bytes of one file. @throws RestillError PACK_ALTERED, PACK_INVALID */
export async function readPackFile(pack: Pack, name: string): Promise<Uint8Array> {
  const file = join(pack.folder, name)
  const expected = pack.manifest.files[name]
  if (expected === undefined) throw invalid(file, 'the pack does not name it')
  const before = await stamp(pack, name)
  const bytes = await readFile(file)
  if (bytes.length !== expected.bytes || sha256(bytes) !== expected.sha256) throw new RestillError('PACK_ALTERED', { detail: { file } })
  if (Object.values(pack.manifest.graphs).some(graph => graph.file === name)) checkGraph(file, bytes)
  verified.set(`${pack.hash} ${file}`, before)
  return bytes
}

/** Size and time of a file, which must be a plain one: a link could lead out of the folder. */
async function stamp(pack: Pack, name: string): Promise<string> {
  const file = join(pack.folder, name)
  const facts = await lstat(file).catch(() => null)
  if (facts === null) throw invalid(file, 'the file is missing')
  if (!facts.isFile()) throw invalid(file, 'it is not a plain file')
  if (facts.size !== pack.manifest.files[name]?.bytes) throw new RestillError('PACK_ALTERED', { detail: { file } })
  return `${facts.size} ${facts.mtimeMs}`
}

function checkGraph(file: string, bytes: Uint8Array): void {
  let external: boolean
  try {
    external = hasExternalData(bytes)
  } catch (cause) {
    throw invalid(file, 'it is not an ONNX graph', cause)
  }
  if (external) throw invalid(file, 'its weights lie in another file')
}

function invalid(file: string, reason: string, cause?: unknown): RestillError {
  return new RestillError('PACK_INVALID', { detail: { file, reason }, cause })
}

function sha256(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex')
}
