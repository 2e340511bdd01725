/**
 * Thumbnails come as pictures by address, straight into the cells. What is in sight is asked for first; what was scrolled away is no
 * longer waited for, so that at full speed the line carries only what will be seen.
 */

/** A cell's picture; `show` is called with null to leave the cell empty. */
export class Thumb {
  readonly image: HTMLImageElement
  #address = ''

  constructor() {
    this.image = new Image()
    this.image.alt = ''
    this.image.draggable = false
    this.image.decoding = 'async'
    this.image.className = 'r-cell-image'
    this.image.addEventListener('load', () => { this.image.dataset['state'] = 'shown' })
    this.image.addEventListener('error', () => {
      if (this.image.hasAttribute('src')) this.image.dataset['state'] = 'broken'
    })
  }

  show(address: string | null, isVisible: boolean): void {
    if (address === this.#address) return
    // Without this the old photo would stand in the cell until the new one is there.
    this.clear()
    if (address === null) return
    this.#address = address
    this.image.fetchPriority = isVisible ? 'high' : 'low'
    this.image.src = address
  }

  clear(): void {
    this.#address = ''
    this.image.dataset['state'] = 'empty'
    this.image.removeAttribute('src')
  }
}
