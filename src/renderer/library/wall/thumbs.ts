/**
 * Thumbnails come a screen at a time: what a drawing of the wall asks for leaves as one call, what is in sight before the rest. What was
 * scrolled away meanwhile is not asked for, so that at full speed the line carries only what will be seen. Those that the studio must make
 * first come each by its address.
 */
import { client } from '../../client/client.ts'
import { thumbUrl } from '../../client/pictures.ts'
import { awaited, firstPhotosShown, isSomebodyWaiting } from '../../state/photos-first.ts'

/** Thumbnails on their way at once, by calls: more would only wait in line before what is asked for next. */
const callsAtOnce = 2
const callSize = 48
/** Thumbnails kept for the way back, about 20 kB each. */
const keptAtMost = 600

/** A cell's picture; `show` is called with null to leave the cell empty. */
export class Thumb {
  readonly image: HTMLImageElement
  #wanted: Wanted | null = null

  constructor() {
    this.image = new Image()
    this.image.alt = ''
    this.image.draggable = false
    this.image.decoding = 'async'
    this.image.className = 'r-cell-image'
    this.image.dataset['state'] = 'empty'
    this.image.addEventListener('load', () => { this.image.dataset['state'] = 'shown' })
    this.image.addEventListener('error', () => {
      if (this.image.hasAttribute('src')) this.image.dataset['state'] = 'broken'
    })
  }

  get wanted(): Wanted | null {
    return this.#wanted
  }

  show(id: number, version: number, isVisible: boolean): void {
    if (this.#wanted?.id === id && this.#wanted.version === version) return
    // Without this the old photo would stand in the cell until the new one is there.
    this.clear()
    this.#wanted = { id, key: `${id} ${version}`, version, isVisible }
    ask(this, this.#wanted)
  }

  clear(): void {
    if (this.#wanted === null) return
    this.#wanted = null
    this.image.dataset['state'] = 'empty'
    this.image.removeAttribute('src')
  }

  /** @param picture a data URL; null when the studio has to make it */
  take({ id, version }: Wanted, picture: string | null): void {
    this.image.src = picture ?? thumbUrl(id, version)
  }
}

interface Wanted { id: number, version: number, key: string, isVisible: boolean }
interface Asked { thumb: Thumb, wanted: Wanted }

/** Data URLs: an address made for each JPEG would cost a round trip through the browser. */
const kept = new Map<string, string>()
/** What has no picture yet. */
let asked: Asked[] = []
/** Keys that calls ask for: a second wall that shows the same photos waits for the first one's answer. */
const underWay = new Set<string>()
let calls = 0
let isPlanned = false
let isFirst = true

function ask(thumb: Thumb, wanted: Wanted): void {
  const picture = kept.get(wanted.key)
  if (picture !== undefined) return thumb.take(wanted, picture)
  asked.push({ thumb, wanted })
  if (isPlanned) return
  isPlanned = true
  queueMicrotask(() => {
    isPlanned = false
    next()
  })
}

function next(): void {
  asked = asked.filter(({ thumb, wanted }) => thumb.wanted === wanted)
  while (calls < callsAtOnce) {
    const open = asked.map(({ wanted }) => wanted).filter(({ key }) => !underWay.has(key))
    const seen = open.filter(({ isVisible }) => isVisible)
    const batch = [...new Map((seen.length > 0 ? seen : open).map((wanted) => [wanted.key, wanted])).values()].slice(0, callSize)
    if (batch.length === 0) return
    calls++
    const served = fetchBatch(batch).finally(() => {
      calls--
      next()
    })
    if (seen.length > 0) void awaited(served.then(decoded).then(firstOnce))
  }
}

/** Only for somebody who waits: the browser holds what it was asked to decode, and to scroll through a library would fill the memory. */
async function decoded(thumbs: readonly Thumb[]): Promise<void> {
  if (isFirst || isSomebodyWaiting()) await Promise.allSettled(thumbs.map(({ image }) => image.decode()))
}

function firstOnce(): void {
  if (isFirst) firstPhotosShown()
  isFirst = false
}

/** @returns the cells that got their picture */
async function fetchBatch(batch: readonly Wanted[]): Promise<Thumb[]> {
  for (const { key } of batch) underWay.add(key)
  // Without a connection each is tried by its address, which shows where it fails.
  const { jpegs } = await client.library.thumbnails({ ids: batch.map(({ id }) => id) }).catch(() => ({ jpegs: [] }))
  const pictures = new Map(batch.map(({ key }, at) => {
    const jpeg = jpegs[at] ?? null
    return [key, jpeg === null ? null : `data:image/jpeg;base64,${jpeg}`]
  }))
  for (const [key, picture] of pictures) {
    underWay.delete(key)
    if (picture !== null) keep(key, picture)
  }
  const served = asked.filter(({ thumb, wanted }) => pictures.has(wanted.key) && thumb.wanted === wanted)
  asked = asked.filter(({ wanted }) => !pictures.has(wanted.key))
  for (const { thumb, wanted } of served) thumb.take(wanted, pictures.get(wanted.key) ?? null)
  return served.map(({ thumb }) => thumb)
}

function keep(key: string, picture: string): void {
  kept.delete(key)
  kept.set(key, picture)
  for (const oldest of kept.keys()) {
    if (kept.size <= keptAtMost) return
    kept.delete(oldest)
  }
}
