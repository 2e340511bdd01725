/** Calls of the `pixels` role for photos that are looked at closely. */
import { join } from 'node:path'
import type { CallInput, CallOutput } from '../../shared/guest.ts'
import { PhotoCache } from './photo-cache.ts'
import { changeMap, sharpnessMap } from './picture-maps.ts'
import { pictureLevels, pictureTile, pictureTileSide } from './picture-tile.ts'
import { openSpool } from './spool.ts'

const photos = new PhotoCache()

export const pictureHandlers = {
  async holdPhoto({ session, file, home }: CallInput<'holdPhoto'>): Promise<CallOutput<'holdPhoto'>> {
    const { photo, result } = await photos.hold(session, file, join(home, 'spool'))
    const { width, height, file: source } = photo.spool
    return {
      source, result, width, height, tileSide: pictureTileSide, levels: pictureLevels(width, height), facts: photo.facts, notices: photo.notices,
    }
  },

  async drawStored({ session, file, home }: CallInput<'drawStored'>): Promise<CallOutput<'drawStored'>> {
    return { drawn: await photos.draw(session, file, join(home, 'spool')) }
  },

  async letGoPhoto({ session }: CallInput<'letGoPhoto'>): Promise<CallOutput<'letGoPhoto'>> {
    await photos.letGo(session)
    return {}
  },

  async pictureMap(input: CallInput<'pictureMap'>, { signal }: { signal: AbortSignal }): Promise<CallOutput<'pictureMap'>> {
    if (input.kind === 'sharpness') return photos.use(input.file, join(input.home, 'spool'), photo => sharpnessMap(photo.spool, signal))
    const source = await openSpool(input.source, true)
    try {
      const result = await openSpool(input.result, true)
      try {
        return await changeMap(source, result, signal)
      } finally {
        await result.dispose()
      }
    } finally {
      await source.dispose()
    }
  },

  async pictureTile({ of, ...place }: CallInput<'pictureTile'>): Promise<CallOutput<'pictureTile'>> {
    if (of.kind === 'photo') return { jpeg: await photos.use(of.file, join(of.home, 'spool'), photo => pictureTile(photo.spool, place)) }
    const spool = await openSpool(of.file, true)
    try {
      return { jpeg: await pictureTile(spool, place) }
    } finally {
      await spool.dispose()
    }
  },
}
