/** One cell of a wall: elements made once and filled again and again. No React here: at ten screens a second only what differs is touched. */
import { t } from '../../words/words.ts'
import { gainText, kindLetters, spokenName, stateBadges, type CellData, type StateBadge } from './cell-data.ts'
import { Thumb } from './thumbs.ts'

const shapes: Readonly<Record<StateBadge, string>> = {
  restored: 'M8 3.5a4.5 4.5 0 1 0 0 9 4.5 4.5 0 0 0 0-9z', suspect: 'M8 3 14 13.5H2z', failed: 'M4 4l8 8M12 4l-8 8', unreadable: 'M4 4l8 8M12 4l-8 8',
  queued: 'M8 3a5 5 0 1 0 0 10A5 5 0 0 0 8 3zM8 5.5V8l2 1.2', missing: 'M5.5 6a2.5 2.5 0 1 1 3.6 2.2c-.7.4-1.1.9-1.1 1.8M8 12.6v.4',
}
const flagPath = 'M4.5 14V2.5M4.5 3H12L9.8 6 12 9H4.5'

export class Cell {
  readonly element = document.createElement('div')
  readonly thumb = new Thumb()
  place = -1
  readonly #photo = make('div', 'r-cell-photo')
  readonly #badges = make('div', 'r-cell-badges')
  readonly #flag = make('span', 'r-cell-flag')
  readonly #stars = make('span', 'r-cell-stars')
  readonly #label = make('span', 'r-cell-label')
  readonly #name = make('bdi', 'r-cell-name')
  readonly #stack = make('span', 'r-cell-stack')
  #drawn = ''

  readonly #wall: string

  /** @param wall begins the ids of its elements */
  constructor(wall: string) {
    this.#wall = wall
    const { element } = this
    element.className = 'r-cell'
    element.setAttribute('role', 'option')
    element.draggable = true
    const foot = make('div', 'r-cell-foot')
    foot.append(this.#flag, this.#stars, this.#name, this.#label)
    this.#photo.append(this.thumb.image)
    element.append(this.#photo, this.#badges, this.#stack, foot)
  }

  fill(place: number, count: number, data: CellData): void {
    this.place = place
    const { element } = this
    const { dataset } = element
    element.id = `${this.#wall}-${data.id}`
    element.setAttribute('aria-posinset', String(place + 1))
    element.setAttribute('aria-setsize', String(count))
    // Cells are filled on every change of the library; most of them say what they said before.
    const drawn = JSON.stringify(data)
    if (drawn === this.#drawn) return
    this.#drawn = drawn
    dataset['id'] = String(data.id)
    element.setAttribute('aria-label', spokenName(data))
    dataset['flag'] = data.flag
    dataset['stars'] = String(data.stars)
    dataset['stacked'] = String(data.inStack)
    say(this.#name, data.name ?? '')
    say(this.#stars, '★'.repeat(data.stars))
    this.#stars.dataset['rest'] = '☆'.repeat(5 - data.stars)
    this.#flag.replaceChildren(...(data.flag === 'none' ? [] : [drawing(data.flag === 'pick' ? flagPath : `${flagPath}M8 10.5l5 4M13 10.5l-5 4`)]))
    this.#label.className = `r-cell-label r-label-${data.label}`
    say(this.#label, data.label === 'none' ? '' : t(`library.letter.${data.label}`))
    this.#badges.replaceChildren(...badgesOf(data))
    say(this.#stack, data.stacked > 1 ? String(data.stacked) : '')
    this.#stack.title = data.stacked > 1 ? t(data.unfolded ? 'library.cell.fold' : 'library.cell.unfold') : ''
  }

  select(isSelected: boolean, isActive: boolean): void {
    const { element } = this
    const state = isActive ? 'active' : isSelected ? 'selected' : 'none'
    if (element.dataset['selection'] === state) return
    element.dataset['selection'] = state
    element.setAttribute('aria-selected', String(isSelected))
  }

  move(x: number, y: number, width: number, height: number): void {
    const { style } = this.element
    style.transform = `translate(${x}px, ${y}px)`
    style.width = `${width}px`
    style.height = `${height}px`
  }

  /** Empties the cell before it serves elsewhere. */
  leave(): void {
    this.place = -1
    this.#drawn = ''
    this.thumb.clear()
  }
}

function badgesOf(data: CellData): HTMLElement[] {
  const badges: HTMLElement[] = []
  const letter = kindLetters[data.kind]
  if (letter !== '') {
    const badge = make('span', 'r-badge r-badge-letter')
    say(badge, letter)
    badge.title = [t(`library.kind.${data.kind}`), gainText(data.gain)].filter((part) => part !== null).join(', ')
    badges.push(badge)
  }
  for (const name of stateBadges(data.state)) {
    const badge = make('span', `r-badge r-badge-${name}`)
    const gain = name === 'restored' ? gainText(data.gain) : null
    badge.title = [t(`library.state.${name}`), gain].filter((part) => part !== null).join(', ')
    badge.append(drawing(shapes[name]))
    badges.push(badge)
  }
  if (data.isCopy) {
    const badge = make('span', 'r-badge r-badge-letter')
    say(badge, t('library.badge.copy'))
    badge.title = t('library.cell.copy')
    badges.push(badge)
  }
  return badges
}

/** Signs are drawn by the style sheet: the cell's name for a screen reader says the same in words. */
function say(element: HTMLElement, text: string): void {
  element.dataset['text'] = text
}

function make(tag: string, className: string): HTMLElement {
  const element = document.createElement(tag)
  element.className = className
  return element
}

const drawings = new Map<string, SVGSVGElement>()

function drawing(path: string): SVGSVGElement {
  let svg = drawings.get(path)
  if (svg === undefined) {
    svg = document.createElementNS('http://www.w3.org/2000/svg', 'svg')
    svg.setAttribute('viewBox', '0 0 16 16')
    svg.setAttribute('class', 'r-badge-shape')
    const line = document.createElementNS('http://www.w3.org/2000/svg', 'path')
    line.setAttribute('d', path)
    svg.append(line)
    drawings.set(path, svg)
  }
  return svg.cloneNode(true) as SVGSVGElement
}
