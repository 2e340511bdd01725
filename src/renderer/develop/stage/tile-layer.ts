/**
 * One side of the photo as picture tiles in the page. Works on elements directly: a pan moves one box, and a tile that is new takes the
 * place of the old one only when it is decoded, so that the photo never blinks.
 */
import { tileBox, tileName, tilesForView, type PictureTile, type Pyramid } from '../geometry/picture-tiles.ts'
import type { Placement, Size } from '../geometry/viewport.ts'

/** Address of a tile's picture; null where there is none to show. */
export type AddressOf = (tile: PictureTile) => string | null

interface Held {
  tile: PictureTile
  shown: HTMLImageElement | null
  coming: HTMLImageElement | null
  /** Address that could not be loaded: not asked for again. */
  broken: string | null
}
interface View { pyramid: Pyramid, placement: Placement, pane: Size, ratio: number }

/** Tiles kept beside the visible ones, so that going back needs no fetch. */
const spare = 48

export class TileLayer {
  readonly #host: HTMLElement
  readonly #addressOf: AddressOf
  readonly #complete: (complete: boolean) => void
  readonly #held = new Map<string, Held>()
  #view: View | null = null
  #wanted = new Set<string>()

  /** @param complete told whether every visible tile is there */
  constructor(host: HTMLElement, addressOf: AddressOf, complete: (complete: boolean) => void = () => undefined) {
    this.#host = host
    this.#addressOf = addressOf
    this.#complete = complete
  }

  /** Shows a view: fetches what is missing, moves what is there. */
  show(view: View): void {
    const before = this.#view?.placement
    this.#view = view
    const { placement, ratio } = view
    const { style } = this.#host
    style.left = `${placement.left / ratio}px`
    style.top = `${placement.top / ratio}px`
    style.width = `${placement.width / ratio}px`
    style.height = `${placement.height / ratio}px`
    this.#host.classList.toggle('r-develop-pixelated', placement.scale >= 2)
    if (before?.width !== placement.width || before.height !== placement.height) for (const held of this.#held.values()) this.#put(held)
    this.refresh()
  }

  /** Looks for newer pictures of the tiles of the view. */
  refresh(): void {
    if (this.#view === null) return
    const tiles = tilesForView(this.#view.pyramid, this.#view.pane, this.#view.placement)
    this.#wanted = new Set(tiles.map(tileName))
    for (const [name, held] of this.#held) if (!this.#wanted.has(name)) this.#forget(held)
    for (const tile of tiles) this.#want(tile)
    this.#settle()
  }

  dispose(): void {
    for (const held of this.#held.values()) {
      this.#forget(held)
      held.shown?.remove()
    }
    this.#held.clear()
    this.#view = null
  }

  #want(tile: PictureTile): void {
    const address = this.#addressOf(tile)
    if (address === null) return
    const name = tileName(tile)
    const held = this.#held.get(name) ?? { tile, shown: null, coming: null, broken: null }
    // The newest use is last: spare tiles are dropped from the front.
    this.#held.delete(name)
    this.#held.set(name, held)
    if (addressIn(held.coming) === address || addressIn(held.shown) === address || held.broken === address) return
    this.#forget(held)
    this.#fetch(held, address)
  }

  #fetch(held: Held, address: string): void {
    const image = new Image()
    image.dataset['address'] = address
    image.alt = ''
    image.draggable = false
    image.className = 'r-develop-tile'
    image.style.zIndex = String(100 - held.tile.level)
    held.coming = image
    const isNewest = () => held.coming === image
    image.src = address
    image.decode().then(() => {
      if (!isNewest()) return
      held.coming = null
      const old = held.shown
      held.shown = image
      this.#put(held)
      this.#host.append(image)
      old?.remove()
      this.#settle()
    }, () => {
      if (!isNewest()) return
      held.coming = null
      held.broken = address
      this.#settle()
    })
  }

  #put({ tile, shown }: Held): void {
    if (shown === null || this.#view === null) return
    const { pyramid, placement, ratio } = this.#view
    const box = tileBox(pyramid, tile, placement)
    shown.style.left = `${box.left / ratio}px`
    shown.style.top = `${box.top / ratio}px`
    shown.style.width = `${box.width / ratio}px`
    shown.style.height = `${box.height / ratio}px`
  }

  /** A picture that nobody waits for any more is not fetched to its end. */
  #forget(held: Held): void {
    const { coming } = held
    held.coming = null
    if (coming !== null) coming.src = ''
  }

  /** When the view is complete, other levels and the oldest spare tiles go. */
  #settle(): void {
    const waiting = [...this.#wanted].some(name => this.#held.get(name)?.coming !== null && this.#held.has(name))
    const known = [...this.#wanted].every(name => this.#held.has(name))
    this.#complete(!waiting && known)
    if (waiting || this.#view === null) return
    const level = [...this.#wanted].map(name => this.#held.get(name)?.tile.level).find(found => found !== undefined)
    const idle = [...this.#held].filter(([name]) => !this.#wanted.has(name))
    const stale = known ? idle.filter(([, held]) => held.tile.level !== level) : []
    const old = idle.filter(entry => !stale.includes(entry)).slice(0, -spare)
    for (const [name, held] of [...stale, ...old]) {
      held.shown?.remove()
      this.#held.delete(name)
    }
  }
}

function addressIn(image: HTMLImageElement | null): string | null {
  return image?.dataset['address'] ?? null
}
