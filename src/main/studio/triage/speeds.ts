/** How long an engine takes on this machine: from what it did here, else from a few bare runs. */
import { z } from 'zod'
import type { Guest } from '../../../inference/client/client.ts'
import type { Catalog } from '../catalog/open.ts'
import { Speeds } from '../develop/engines.ts'
import type { SettingsRepo } from '../catalog/settings.repo.ts'
import type { Chosen } from '../packs.ts'
import type { Seconds } from './auto.ts'

interface SpeedParts { catalog: Catalog, settings: SettingsRepo, infer: Guest, packFolders: string[], home: string }

const newest = 15
/** Smaller photos say more about starting than about working. */
const leastMegapixels = 0.5
const rowSchema = z.object({ megapixels: z.number(), scale: z.number(), infer: z.number(), rest: z.number() })
/** Decoding, blending and encoding where only the network was measured, seconds a megapixel. */
const usualRest = 0.06
const probe = { side: 256, count: 2 } as const
/** Tiles overlap. */
const overlapTimes = 1.3

/** Medians over the newest results of the pack. @returns null where nothing was measured and `measure` is false */
export async function secondsOf(parts: SpeedParts, { descriptor, pack }: Chosen, measure: boolean): Promise<Seconds | null> {
  const rows = z.array(rowSchema).parse(parts.catalog.db.prepare(`
    SELECT width * height / 1e6 AS megapixels, scale, seconds ->> 'infer' AS infer,
      (seconds ->> 'total') - (seconds ->> 'infer') - (seconds ->> 'waiting') AS rest
    FROM results WHERE pack = ? AND copied_from IS NULL AND width * height >= ? AND (seconds ->> 'infer') > 0 ORDER BY id DESC LIMIT ?
  `).all(pack.id, leastMegapixels * 1e6, newest))
  if (rows.length > 0) {
    return {
      network: median(rows.map(({ infer, megapixels, scale }) => infer / (megapixels * scale ** 2))),
      rest: median(rows.map(({ rest, megapixels }) => Math.max(0, rest) / megapixels)),
    }
  }
  const previewed = new Speeds(parts.settings).of(descriptor.id)
  if (previewed !== null) return { network: previewed, rest: usualRest }
  if (!measure) return null
  const { infer, packFolders, home } = parts
  const { seconds } = await infer.call('bareTiles', { engine: descriptor.id, pack: pack.id, packFolders, ...probe, home })
  return { network: overlapTimes * seconds / (probe.count * probe.side ** 2 / 1e6), rest: usualRest }
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b)
  return sorted[sorted.length >> 1]!
}
