/** What a moved gamma costs in a live preview: no encoder runs for tiles that are held. */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import sharp from 'sharp'
import { afterAll, expect, test } from 'vitest'
import { scene } from '../../../../test/helpers/pictures.ts'
import { livePreviewSchema } from '../../../shared/guest.ts'
import type { PreviewEvent } from '../../../shared/preview.ts'
import { handlers } from '../../guest/infer.ts'
import { pictureHandlers } from '../../image/picture-handlers.ts'

const home = await mkdtemp(join(tmpdir(), 'restill-test-'))
afterAll(() => rm(home, { recursive: true, force: true }))
const [width, height] = [192, 128]

test('a moved gamma runs the denoiser and the decoder of every tile; the same one nothing', async () => {
  const file = join(home, 'photo.png')
  await sharp(scene({ width, height, channels: 3, depth: 8 }).samples, { raw: { width, height, channels: 3 } }).png().toFile(file)
  const session = 'gamma'
  const held = await pictureHandlers.holdPhoto({ session, file, home })
  const preview = async (gamma: number) => {
    const events: PreviewEvent[] = []
    await handlers.livePreview(livePreviewSchema.parse({
      session, source: held.source, result: held.result, drawings: 0, engine: 'osdd', pack: 'test-osdd',
      packFolders: [join(import.meta.dirname, '../../../../test/packs')], controls: { gamma }, scale: 1, providers: ['cpu'],
      visible: { x: 0, y: 0, width, height }, whole: true, home,
    }), { signal: new AbortController().signal, progress: event => events.push(event) })
    const find = <K extends PreviewEvent['kind']>(kind: K) => events.find((event): event is Extract<PreviewEvent, { kind: K }> => event.kind === kind)!
    return { tiles: find('begin').tilesTotal, calls: find('done').sessionCalls }
  }
  try {
    // Windows of 64 pixels hold 16 latents a side, sent through the denoiser in four windows of 12.
    const first = await preview(0.7)
    expect(first.tiles).toBeGreaterThan(3)
    expect(first.calls).toBe(first.tiles * (1 + 4 + 1))
    expect((await preview(0.2)).calls).toBe(first.tiles * (4 + 1))
    expect((await preview(0.2)).calls).toBe(0)
  } finally {
    await handlers.closeLive({ session })
    await pictureHandlers.letGoPhoto({ session })
  }
})
