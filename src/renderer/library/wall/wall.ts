/**
 * A scrolling wall of photos: the grid, and the filmstrip on its side. Only cells in sight and a little beyond exist; they are moved and
 * filled again as the hand scrolls. 100,000 photos cost what forty cost.
 */
import { placeOf, useLibrary } from '../../state/library.ts'
import { wantNames } from '../../state/names.ts'
import { addWall, patiently } from '../../state/photos-first.ts'
import { useSelection } from '../../state/selection.ts'
import { Cell } from './cell.ts'
import { cellData } from './cell-data.ts'
import { lengthOf, offsetOf, placesIn, scrollTo, type Span, type WallLayout } from './geometry.ts'

interface WallOptions {
  /** Begins the ids of cells: unique in the window. */
  name: string
  direction: 'vertical' | 'horizontal'
  layoutOf: (box: { width: number, height: number }) => WallLayout
  /** Another wall answers first. */
  isSecond?: boolean
}

/** Pixels beyond the edge that are ready, when still; in the direction of a scroll a whole screen more. */
const margin = 320
/** Milliseconds without a scroll after which names are asked for and the far side is filled. */
const rest = 90

export class Wall {
  readonly #scroller: HTMLElement
  readonly #options: WallOptions
  readonly #space = document.createElement('div')
  readonly #cells = new Map<number, Cell>()
  readonly #pool: Cell[] = []
  readonly #ends: (() => void)[] = []
  /** Of the library, as it is drawn. */
  #drawn: Pick<ReturnType<typeof useLibrary.getState>, 'order' | 'revision' | 'unfolded'>
  #active: number | null
  layout: WallLayout = { lanes: 1, along: 1, across: 1 }
  #box = { width: 0, height: 0 }
  /** Where the scroll stands and how long the wall is: asking the browser would have it lay everything out on the spot. */
  #at = 0
  #extent = 0
  /** The same as the browser knows them. */
  #told = { at: 0, extent: 0 }
  #isTelling = false
  #frame = 0
  #rest: ReturnType<typeof setTimeout> | undefined
  #last = 0
  #ahead: 1 | -1 | 0 = 0

  constructor(scroller: HTMLElement, options: WallOptions) {
    this.#scroller = scroller
    this.#options = options
    this.#drawn = useLibrary.getState()
    this.#active = useSelection.getState().active
    this.#space.className = 'r-wall-space'
    this.#space.setAttribute('role', 'presentation')
    scroller.append(this.#space)
    const resize = new ResizeObserver(() => this.relayout())
    resize.observe(scroller)
    const scrolled = (): void => this.#scrolled()
    const follow = (): void => this.#follow()
    scroller.addEventListener('scroll', scrolled, { passive: true })
    this.#ends.push(() => resize.disconnect(), () => scroller.removeEventListener('scroll', scrolled),
      ...(options.isSecond === true ? [] : [addWall()]),
      ...[useLibrary, useSelection].map(({ subscribe }) => options.isSecond === true ? patiently(subscribe)(follow) : subscribe(follow)))
    this.relayout()
    this.reveal('middle')
  }

  get #length(): number {
    return this.#options.direction === 'vertical' ? this.#box.height : this.#box.width
  }
  get #end(): number {
    return Math.max(0, this.#extent - this.#length)
  }
  get rowsOnScreen(): number {
    return Math.max(1, Math.floor(this.#length / this.layout.along))
  }

  /** After a change of the cells' size or of the box; the photo in the hand stays where it is. */
  relayout(): void {
    const anchor = this.#anchor()
    this.#box = { width: this.#scroller.clientWidth, height: this.#scroller.clientHeight }
    if (this.#box.width === 0) return
    this.layout = this.#options.layoutOf(this.#box)
    this.#measure(anchor)
    this.#draw(true)
    this.#tell()
  }

  /** Brings the active photo into sight. */
  reveal(where: 'nearest' | 'middle' = 'nearest'): void {
    const { active } = useSelection.getState()
    const place = active === null ? -1 : placeOf(active)
    if (place < 0 || this.#length === 0) return
    const wanted = where === 'middle' || this.#options.direction === 'horizontal'
      ? Math.max(0, offsetOf(this.layout, place) - (this.#length - this.layout.along) / 2)
      : scrollTo(this.layout, place, this.#at, this.#length)
    this.#stand(wanted)
    this.#draw(false)
    this.#tellSoon()
  }

  dispose(): void {
    for (const end of this.#ends) end()
    cancelAnimationFrame(this.#frame)
    clearTimeout(this.#rest)
    for (const cell of [...this.#cells.values(), ...this.#pool]) cell.leave()
    this.#space.remove()
  }

  /** The photo that keeps its place on the screen when the order changes: the active one if it is seen, else the first. */
  #anchor(): { id: number, offset: number } | null {
    const seen = [...this.#cells.values()].filter(({ place }) => {
      const offset = offsetOf(this.layout, place) - this.#at
      return offset > -this.layout.along && offset < this.#length
    }).sort((one, other) => one.place - other.place)
    const { active } = useSelection.getState()
    const cell = seen.find(({ element }) => Number(element.dataset['id']) === active) ?? seen[0]
    return cell === undefined ? null : { id: Number(cell.element.dataset['id']), offset: offsetOf(this.layout, cell.place) - this.#at }
  }

  /** How long the wall is now, and where the scroll stands for the anchor to keep its place. */
  #measure(anchor: { id: number, offset: number } | null): void {
    this.#extent = lengthOf(this.layout, useLibrary.getState().order.length)
    const place = anchor === null ? -1 : placeOf(anchor.id)
    this.#stand(anchor === null || place < 0 ? this.#at : offsetOf(this.layout, place) - anchor.offset)
  }

  #stand(wanted: number): void {
    const at = Math.max(0, Math.min(wanted, this.#end))
    if (Math.abs(at - this.#at) >= 1 || at === this.#end) this.#at = at
  }

  /**
   * Tells the browser where the scroll stands, behind the drawing of the cells: it lays out on the spot whatever changed, and would do so
   * twice before it. To scroll where one may scroll already comes before the wall shrinks, and after it grew.
   */
  #tell(): void {
    const { at, extent } = this.#told
    if (this.#extent > extent) this.#stretch()
    // What lies behind the new end the browser itself takes there.
    const isTaken = this.#extent < extent && this.#at === this.#end && at >= this.#at
    if (Math.abs(this.#at - at) >= 1 && !isTaken) {
      if (this.#options.direction === 'vertical') this.#scroller.scrollTop = this.#at
      else this.#scroller.scrollLeft = this.#at
    }
    if (this.#extent < extent) this.#stretch()
    this.#told = { at: this.#at, extent: this.#extent }
  }

  /** Behind what React draws on the same occasion, so that all of it is laid out at once. */
  #tellSoon(): void {
    if (this.#isTelling) return
    this.#isTelling = true
    queueMicrotask(() => {
      this.#isTelling = false
      this.#tell()
    })
  }

  #stretch(): void {
    if (this.#options.direction === 'vertical') this.#space.style.height = `${this.#extent}px`
    else this.#space.style.width = `${this.#extent}px`
  }

  #follow(): void {
    const [library, { active }] = [useLibrary.getState(), useSelection.getState()]
    const [drawn, before] = [this.#drawn, this.#active]
    this.#drawn = library
    this.#active = active
    if (library.revision !== drawn.revision || library.unfolded !== drawn.unfolded) this.#reorder(library.order !== drawn.order)
    else this.#select()
    if (active !== before) this.reveal()
  }

  #reorder(isNewOrder: boolean): void {
    if (isNewOrder) this.#measure(this.#anchor())
    this.#draw(true, isNewOrder)
    this.#tellSoon()
  }

  #scrolled(): void {
    const now = this.#options.direction === 'vertical' ? this.#scroller.scrollTop : Math.abs(this.#scroller.scrollLeft)
    this.#restLater()
    // Where the wall itself went, it has drawn already.
    const isOwn = Math.abs(now - this.#at) < 1
    this.#told.at = now
    if (isOwn) {
      this.#last = now
      return
    }
    this.#at = now
    const isFar = Math.abs(now - this.#last) > 2 * this.#length
    this.#ahead = isFar ? 0 : now > this.#last ? 1 : now < this.#last ? -1 : this.#ahead
    this.#last = now
    if (this.#frame === 0) {
      this.#frame = requestAnimationFrame(() => {
        this.#frame = 0
        this.#draw(false)
      })
    }
  }

  #restLater(): void {
    clearTimeout(this.#rest)
    this.#rest = setTimeout(() => {
      this.#ahead = 0
      this.#draw(false)
      this.#askNames()
    }, rest)
  }

  /**
   * @param all also cells that stay where they are are filled again
   * @param isOther what was there says nothing about what comes: only what is in sight is drawn now, the rest when the hand is still
   */
  #draw(all: boolean, isOther = false): void {
    const { order } = useLibrary.getState()
    this.#scroller.toggleAttribute('data-empty', order.length === 0)
    const length = this.#length
    if (length === 0) return
    const [before, after] = this.#ahead > 0 ? [0, length + margin] : this.#ahead < 0 ? [length + margin, 0] : [margin, margin]
    const seen = placesIn(this.layout, order.length, this.#at, length)
    const isJump = isOther || (this.#ahead === 0 && ![...this.#cells.keys()].some((place) => place >= seen.first && place < seen.last))
    const span = isJump ? seen : placesIn(this.layout, order.length, this.#at, length, before, after)
    if (isJump) this.#restLater()
    for (const [place, cell] of this.#cells) {
      if (place >= span.first && place < span.last) continue
      this.#cells.delete(place)
      cell.leave()
      this.#pool.push(cell)
    }
    // What is in sight first: requests leave in this order.
    for (let place = seen.first; place < seen.last; place++) this.#fill(place, all, seen)
    for (let place = span.first; place < span.last; place++) if (place < seen.first || place >= seen.last) this.#fill(place, all, seen)
    for (const cell of this.#pool) cell.element.hidden = true
    this.#select()
    // After a jump names come with the rest: their call would go before the one for the pictures.
    if (all && !isJump) this.#askNames()
  }

  #fill(place: number, again: boolean, seen: Span): void {
    const held = this.#cells.get(place)
    if (held !== undefined && !again) return
    const { table, order, stackSizes, unfolded } = useLibrary.getState()
    const cell = held ?? this.#take(place)
    const row = order[place]!
    const stack = table.columns.stack[row]!
    const data = cellData(table, row, stackSizes[row] ?? 0, unfolded.has(stack))
    cell.fill(place, order.length, data)
    const { lanes, along, across } = this.layout
    const [start, side] = [offsetOf(this.layout, place), place % lanes * across]
    if (this.#options.direction === 'vertical') cell.move(side, start, across, along)
    else cell.move(start, side, along, across)
    cell.thumb.show(data.id, data.version, place >= seen.first && place < seen.last)
  }

  #take(place: number): Cell {
    const cell = this.#pool.pop() ?? new Cell(this.#options.name)
    if (cell.element.parentNode === null) this.#space.append(cell.element)
    cell.element.hidden = false
    this.#cells.set(place, cell)
    return cell
  }

  #select(): void {
    const { ids, active } = useSelection.getState()
    let current: string | null = null
    for (const cell of this.#cells.values()) {
      const id = Number(cell.element.dataset['id'])
      cell.select(ids.has(id), id === active)
      if (id === active) current = cell.element.id
    }
    if (current === null) this.#scroller.removeAttribute('aria-activedescendant')
    else this.#scroller.setAttribute('aria-activedescendant', current)
  }

  #askNames(): void {
    wantNames([...this.#cells.values()].map(({ element }) => Number(element.dataset['id'])))
  }
}
