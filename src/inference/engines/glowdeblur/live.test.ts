/** What a moved control costs in a live preview: nothing looks at held tiles again. And the motion map on its way to a face. */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import sharp from 'sharp'
import { afterAll, expect, test } from 'vitest'
import { scene } from '../../../../test/helpers/pictures.ts'
import type { Controls } from '../../../shared/descriptor.ts'
import { livePreviewSchema } from '../../../shared/guest.ts'
import type { PreviewEvent } from '../../../shared/preview.ts'
import { handlers } from '../../guest/infer.ts'
import { pictureHandlers } from '../../image/picture-handlers.ts'

const home = await mkdtemp(join(tmpdir(), 'restill-test-'))
afterAll(() => rm(home, { recursive: true, force: true }))
const [width, height] = [192, 128]

test('a moved caption or step runs the diffusion and the decoder of every tile; the same ones nothing', async () => {
  const file = join(home, 'photo.png')
  await sharp(scene({ width, height, channels: 3, depth: 8 }).samples, { raw: { width, height, channels: 3 } }).png().toFile(file)
  const session = 'glow'
  const held = await pictureHandlers.holdPhoto({ session, file, home })
  const preview = async (controls: Controls) => {
    const events: PreviewEvent[] = []
    await handlers.livePreview(livePreviewSchema.parse({
      session, source: held.source, result: held.result, drawings: 0, engine: 'glowdeblur', pack: 'test-glowdeblur',
      packFolders: [join(import.meta.dirname, '../../../../test/packs')], controls, scale: 1, providers: ['cpu'],
      visible: { x: 0, y: 0, width, height }, whole: true, home,
    }), { signal: new AbortController().signal, progress: event => events.push(event) })
    const find = <K extends PreviewEvent['kind']>(kind: K) => events.find((event): event is Extract<PreviewEvent, { kind: K }> => event.kind === kind)!
    const map = events.find(event => event.kind === 'map' && event.map.id === 'motion')
    return { tiles: find('begin').tilesTotal, calls: find('done').sessionCalls, map: map?.kind === 'map' ? map.map : null }
  }
  try {
    const first = await preview({})
    expect(first.tiles).toBeGreaterThan(3)
    expect(first.calls).toBe(first.tiles * (3 + 1 + 1))
    expect(first.map).toMatchObject({ kind: 'lines', width: 10, height: 10 })
    expect(first.map!.values.filter(value => value === null)).toEqual([])
    expect(first.map!.values).toHaveLength(200)
    const spoken = await preview({ caption: 'a red boat' })
    expect([spoken.calls, spoken.map]).toEqual([first.tiles * (1 + 1), first.map])
    expect((await preview({ caption: 'a red boat', steps: '2' })).calls).toBe(first.tiles * (2 + 1))
    expect((await preview({ caption: 'a red boat', steps: '2' })).calls).toBe(0)
  } finally {
    await handlers.closeLive({ session })
    await pictureHandlers.letGoPhoto({ session })
  }
})
