/** A pack whose blocks can be exchanged: its table, its files, and graphs joined from them. */
import { type EdgeTable, edgeTableSchema } from '../../shared/edge.ts'
import { RestillError } from '../../shared/errors.ts'
import type { PackManifest } from '../../shared/pack.ts'
import { type Pack, readPackFile } from '../packs/read.ts'
import { joinBlocks } from './compose.ts'

/** Table `edge` of a pack; null where its blocks cannot be exchanged. @throws RestillError PACK_INVALID */
export function edgeTableOf(manifest: PackManifest, folder: string): EdgeTable | null {
  const raw = manifest.tables['edge']
  if (raw === undefined) return null
  const parsed = edgeTableSchema.safeParse(raw)
  const invalid = (reason: string) => new RestillError('PACK_INVALID', { detail: { file: folder, reason: `its table "edge" cannot be read: ${reason}` } })
  if (!parsed.success) throw invalid(parsed.error.issues[0]?.message ?? '')
  const { slots, options, file } = parsed.data
  if (manifest.files[file] === undefined) throw invalid(`the pack has no file ${file}`)
  if (slots.some(slot => slot.dropDb.length !== options.length)) throw invalid('a slot has not as many figures as options')
  return parsed.data
}

/** Bytes of the pack's own graph and of its blocks. @throws RestillError PACK_INVALID, PACK_ALTERED */
export async function graphsOf(pack: Pack, table: EdgeTable): Promise<[Uint8Array, Uint8Array]> {
  const file = pack.manifest.graphs['restore']?.file
  if (file === undefined) throw new RestillError('PACK_INVALID', { detail: { file: pack.folder, reason: 'it has no graph "restore"' } })
  return [await readPackFile(pack, file), await readPackFile(pack, table.file)]
}

/** The pack's graph with the chosen blocks. @throws RestillError PACK_INVALID, PACK_ALTERED */
export async function joinedGraph(pack: Pack, table: EdgeTable, choice: readonly number[]): Promise<Uint8Array> {
  const [base, blocks] = await graphsOf(pack, table)
  try {
    return joinBlocks(base, blocks, table, choice)
  } catch (cause) {
    throw new RestillError('PACK_INVALID', { detail: { file: pack.folder, reason: 'its blocks do not fit its graph' }, cause })
  }
}
