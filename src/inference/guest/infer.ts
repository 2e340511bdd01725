/** The `infer` role: engines, packs, devices, restorations. The composition root of the guest. */
import type { z } from 'zod'
import type { CallOutput, CallProgress, GuestCall, guestCalls } from '../../shared/guest.ts'
import { descriptors } from '../engines/registry.ts'
import { encodeMaster, encodePhoto, previewJpeg } from '../image/encode.ts'
import { hashFile } from '../image/hash.ts'
import { openPhoto } from '../image/open.ts'
import { readPart, readReduced } from '../image/parts.ts'
import { LivePreviews } from '../live/preview.ts'
import { openReduced } from '../image/reduce.ts'
import { openSource } from '../image/source.ts'
import { createSpool } from '../image/spool.ts'
import { listPacks } from '../packs/find.ts'
import { optimise } from '../optimise/optimise.ts'
import { perceptual } from '../perceptual/measure.ts'
import { bareTiles } from '../runtime/bare-tiles.ts'
import { judgeFor } from '../runtime/devices.ts'
import { deviceTable } from '../runtime/providers.ts'
import { restorePhoto, type Workshop } from '../runtime/restore.ts'
import { Lane } from '../runtime/schedule.ts'
import { SessionCache } from '../runtime/sessions.ts'
import { triagePhoto } from '../triage/triage.ts'
import type { CallContext } from './port.ts'

type Handler<C extends GuestCall> = (input: z.output<(typeof guestCalls)[C]['input']>, context: CallContext<CallProgress<C>>) => Promise<CallOutput<C>>

const shop: Workshop = {
  image: { openPhoto, openReduced, createSpool, encodePhoto, encodeMaster, previewJpeg, imageHash },
  sessions: new SessionCache(), photos: new Lane(2), tiles: new Lane(1), judge: judgeFor,
}

/** Not the lane of restorations: while one waits for its tiles, another photo can be looked at. */
const triageShop = { image: { ...shop.image, readPart, readReduced }, sessions: shop.sessions, photos: new Lane(2) }

const live = new LivePreviews(shop)

async function imageHash(file: string): Promise<string> {
  const source = await openSource(file)
  try {
    return (await hashFile(source)).imageHash
  } finally {
    source.close()
  }
}

export const handlers = {
  engines: () => Promise.resolve(descriptors()),
  packs: ({ folders }) => listPacks(folders),
  devices: ({ home, fresh }) => deviceTable(home, fresh),
  restore: (input, context) => restorePhoto(input, shop, context),
  triage: (input, { signal }) => triagePhoto(input, triageShop, signal),
  optimise: (input, context) => optimise(input, context),
  perceptual: (input, { signal }) => perceptual(input, shop, signal),
  bareTiles: (input, { signal }) => bareTiles(input, shop.sessions, signal),
  livePreview: (input, context) => live.preview(input, context),
  closeLive: async ({ session }) => {
    await live.close(session)
    return {}
  },
} satisfies { [C in 'engines' | 'packs' | 'devices' | 'restore' | 'triage' | 'optimise' | 'perceptual' | 'bareTiles' | 'livePreview' | 'closeLive']: Handler<C> }
