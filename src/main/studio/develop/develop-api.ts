/** Tuning photos, as the doors see it: sessions with live previews, settings with their history, pictures cut from photos at full size. */
import { randomUUID } from 'node:crypto'
import { stat } from 'node:fs/promises'
import type { DevelopSettings, EngineChoice, Session } from '../../../shared/contract/develop.ts'
import { itemOf } from '../../../shared/contract/items.ts'
import { RestillError } from '../../../shared/errors.ts'
import type { ProviderName } from '../../../shared/guest.ts'
import type { OverlayMap, PreviewEvent } from '../../../shared/preview.ts'
import type { Photo } from '../catalog/photos.repo.ts'
import { withCaption } from '../captions/fill.ts'
import { readOptimised } from '../optimise/store.ts'
import type { StudioParts } from '../parts.ts'
import type { Picture } from '../picture.ts'
import { restoreKeyOf } from '../settings-hash.ts'
import { chosenFor } from '../triage/choose.ts'
import { engineChoices, Speeds } from './engines.ts'
import { DevelopSession, sharpnessOf, type PreviewRequest, type SessionParts } from './session.ts'
import { DevelopRepo } from './settings.repo.ts'
import { TileCache } from './tiles.ts'

export interface DevelopApi {
  /** Settings, steps, snapshots and presets. */
  readonly stored: DevelopRepo
  /** What stands for an item; defaults for one that nobody developed. */
  settingsOf(item: number): DevelopSettings
  engines(): Promise<EngineChoice[]>
  /** The session ends with `closed`, at the latest. @throws RestillError ITEM_UNKNOWN, and of the file */
  open(item: number, closed: AbortSignal): Promise<Session>
  close(session: string): Promise<void>
  /** @throws RestillError SESSION_UNKNOWN; the stream throws what a restoration throws */
  preview(session: string, request: PreviewRequest, signal: AbortSignal): AsyncGenerator<PreviewEvent, void>
  overlay(session: string, id: string): Promise<OverlayMap | null>
  sharpness(item: number): Promise<OverlayMap>
  /** A square of what an item shows, at full size reduced by 2^level; null outside. */
  zoom(item: number, level: number, column: number, row: number, signal?: AbortSignal): Promise<Picture | null>
  tile(session: string, side: 'source' | 'result', level: number, column: number, row: number, signal?: AbortSignal): Promise<Picture | null>
  closeAll(): Promise<void>
}

interface Deps { photoOf: (item: number) => Photo | null, providers: () => ProviderName[] }

export function developApi(parts: StudioParts, deps: Deps): DevelopApi {
  const { home, infer, pixels, catalog, results } = parts
  const repo = new DevelopRepo(catalog)
  const speeds = new Speeds(parts.settings)
  const tiles = new TileCache()
  const sessions = new Map<string, DevelopSession>()
  const sessionParts: SessionParts = {
    home, infer, pixels, packFolders: parts.packFolders, speeds, providers: deps.providers,
    choose: async (photo, settings) => {
      const { chosen, reason } = await chosenFor(parts, photo, settings)
      return { chosen: withCaption(parts, chosen, settings.controls, photo), reason }
    },
    storedResults: (photo, { descriptor, pack, controls }, { scale }) => results.atFullStrength(
      restoreKeyOf(photo.imageHash, photo.facts, { engine: descriptor.id, packHash: pack.hash, controls, scale })),
  }
  const choices = async (megapixels: number | null) =>
    engineChoices(await pixels.call('engines', {}), await pixels.call('packs', { folders: parts.packFolders }), speeds, megapixels, await readOptimised(home))
  const photoOf = (item: number): Photo => {
    const photo = deps.photoOf(item)
    if (photo === null) throw new RestillError('ITEM_UNKNOWN', { detail: { item } })
    return photo
  }
  const sessionOf = (id: string): DevelopSession => {
    const session = sessions.get(id)
    if (session === undefined) throw new RestillError('SESSION_UNKNOWN')
    return session
  }
  const close = async (id: string) => {
    const session = sessions.get(id)
    sessions.delete(id)
    await session?.close()
  }
  const squareOf = async (file: string, place: { level: number, column: number, row: number }, signal: AbortSignal | undefined) => {
    const facts = await stat(file).catch(() => null)
    if (facts === null) return null
    const key = `${facts.size} ${facts.mtimeMs} ${file} ${place.level}/${place.column}/${place.row}`
    const call = { file, ...(signal === undefined ? {} : { signal }) }
    return tiles.get(key, async () => (await pixels.call('pictureTile', { of: { kind: 'photo', file, home }, ...place }, call)).jpeg)
  }
  const fileOf = (item: number): string | null => {
    const { kind, rowId } = itemOf(item)
    return kind === 'result' ? results.outputOf(rowId) : deps.photoOf(item)?.path ?? null
  }
  return {
    stored: repo,
    settingsOf: (item) => repo.settingsOf(item),
    engines: () => choices(null),
    async open(item, closed) {
      const photo = photoOf(item)
      const session = await DevelopSession.open(randomUUID(), item, photo, sessionParts)
      sessions.set(session.id, session)
      closed.addEventListener('abort', () => { void close(session.id) }, { once: true })
      if (closed.aborted) await close(session.id)
      const { width, height, tileSide, levels, facts, notices } = session.held
      const settings: DevelopSettings = repo.settingsOf(item)
      const hasResult = await session.showStored(settings).catch(() => false)
      return {
        session: session.id, width, height, tileSide, levels, settings, ...repo.history(item), engines: await choices(width * height / 1e6),
        automatic: session.automatic, hasResult, colour: facts.profile, notices: notices.map(({ text }) => text),
      }
    },
    close,
    preview: (id, request, signal) => sessionOf(id).preview(request, signal),
    overlay: async (id, map) => sessionOf(id).overlay(map),
    async sharpness(item) {
      const file = fileOf(item)
      if (file === null) throw new RestillError('ITEM_UNKNOWN', { detail: { item } })
      return sharpnessOf({ pixels, home }, file)
    },
    async zoom(item, level, column, row, signal) {
      const file = fileOf(item)
      return file === null ? null : squareOf(file, { level, column, row }, signal)
    },
    async tile(id, side, level, column, row, signal) {
      const session = sessions.get(id)
      if (session === undefined) return null
      if (side === 'source') return squareOf(session.photo.path, { level, column, row }, signal)
      const jpeg = await session.square({ level, column, row })
      return jpeg === null ? null : { type: 'image/jpeg', bytes: jpeg }
    },
    async closeAll() {
      await Promise.all([...sessions.keys()].map(close))
    },
  }
}
