/**
 * Runs inside the page: watches the wall of photos frame by frame and says for how long a cell that was in sight stood without its picture.
 * What counts is what was painted: at each frame the wall still is as the frame before showed it.
 */

export interface Watched {
  screens: number
  /** Different cells that came into sight. */
  cells: number
  /** How many of them were in sight without their picture for more than 100 ms. */
  over: number
  /** The longest that a cell was, milliseconds. */
  worst: number
  /** Milliseconds between two frames, at most. */
  slowestFrame: number
}

interface Blanks {
  /** Resolves when every cell in sight shows its picture. */
  whole(): Promise<void>
  /** Resolves when the bars, panels and the filmstrip around are drawn, with what is known of the first photo. */
  around(): Promise<void>
  /** How many cells are in sight. */
  cells(): number
  /** Ten screens a second, from the top to the end or for as many screens. */
  scroll(screens: number): Promise<Watched>
  /** To `count` places all over the library, a second at each. */
  jump(count: number): Promise<Watched>
  /**
   * Marks the trace with `asked` when the hand lets go of a button or types, with `answered` in the frame that draws other photos than stood there before,
   * and with `pictured` in the one that draws the last of their pictures. Resolves when that one is on the screen; false when no other photos came in two seconds.
   */
  question(): Promise<boolean>
}

declare global {
  var blanks: Blanks
}

/** Put into a page before its own scripts. */
export function watchBlanks(): void {
  const limit = 100
  const screensPerSecond = 10
  const wall = (): HTMLElement | null => document.querySelector('.r-grid')
  const nextFrame = (): Promise<number> => new Promise((resolve) => { requestAnimationFrame(resolve) })
  /** Milliseconds until a frame that was drawn is on the screen, and the trace knows of it, for certain. */
  const presented = 200

  /** Places in sight, and whether each shows its picture. Rows without cells count as well: an empty wall is blank. */
  function inSight(): Map<number, boolean> {
    const grid = wall()
    const sample = grid?.querySelector<HTMLElement>('.r-cell:not([hidden])')
    const seen = new Map<number, boolean>()
    if (grid === null || !sample) return seen
    const [width, height] = [parseFloat(sample.style.width), parseFloat(sample.style.height)]
    const lanes = Math.floor(grid.clientWidth / width)
    const count = Number(sample.getAttribute('aria-setsize'))
    const first = Math.floor(grid.scrollTop / height) * lanes
    const last = Math.min(count, Math.ceil((grid.scrollTop + grid.clientHeight) / height) * lanes)
    for (let place = first; place < last; place++) seen.set(place, false)
    for (const cell of grid.querySelectorAll<HTMLElement>('.r-cell:not([hidden])')) {
      const place = Number(cell.getAttribute('aria-posinset')) - 1
      const image = cell.querySelector('img')
      if (seen.has(place)) seen.set(place, image !== null && image.dataset['state'] === 'shown' && image.complete && image.naturalWidth > 0)
    }
    return seen
  }

  function watch(): { stop: () => Omit<Watched, 'screens'> } {
    const blank = new Map<number, number>()
    const result = { cells: 0, over: 0, worst: 0, slowestFrame: 0 }
    let before = new Set<number>()
    let last = performance.now()
    let running = true
    const settle = (place: number, time: number): void => {
      blank.delete(place)
      if (time > result.worst) result.worst = time
      if (time <= limit) return
      result.over++
      performance.measure('blank', { start: performance.now() - time, duration: time })
      performance.clearMeasures('blank')
    }
    const tick = (now: number): void => {
      if (!running) return
      const passed = now - last
      last = now
      if (passed > result.slowestFrame) result.slowestFrame = passed
      const seen = inSight()
      for (const [place, isShown] of seen) {
        if (!before.has(place)) result.cells++
        const time = blank.get(place) ?? 0
        if (!isShown) blank.set(place, time + passed)
        else if (time > 0) settle(place, time)
      }
      for (const [place, time] of blank) if (!seen.has(place)) settle(place, time)
      before = new Set(seen.keys())
      requestAnimationFrame(tick)
    }
    requestAnimationFrame(tick)
    return {
      stop: () => {
        running = false
        for (const [place, time] of blank) settle(place, time)
        return result
      },
    }
  }

  globalThis.blanks = {
    cells: () => inSight().size,
    question: async () => {
      const shown = (): string => [...wall()?.querySelectorAll<HTMLElement>('.r-cell:not([hidden])') ?? []]
        .map((cell) => `${cell.getAttribute('aria-posinset') ?? ''} ${cell.id}`).sort().join()
      const before = shown()
      const pressed = await new Promise<number>((resolve) => {
        for (const name of ['pointerup', 'input']) addEventListener(name, (event) => { resolve(event.timeStamp) }, { capture: true, once: true })
      })
      performance.mark('asked', { startTime: pressed })
      do {
        await nextFrame()
        if (performance.now() > pressed + 2000) return false
      } while (shown() === before)
      performance.mark('answered')
      while (![...inSight().values()].every(Boolean)) await nextFrame()
      // Loaded is not yet decoded, and what is not decoded is not drawn.
      await Promise.all([...wall()!.querySelectorAll<HTMLImageElement>('.r-cell:not([hidden]) img[data-state=shown]')].map((image) => image.decode().catch(() => undefined)))
      await nextFrame()
      performance.mark('pictured')
      await new Promise((resolve) => { setTimeout(resolve, presented) })
      return true
    },
    whole: async () => {
      for (;;) {
        await nextFrame()
        const seen = [...inSight().values()]
        if (seen.length > 0 && seen.every(Boolean)) break
      }
      performance.mark('screen whole')
    },
    around: async () => {
      const parts = ['.r-topbar nav', '.r-tree [role=row]', '.r-filters-count', '.r-toolbar button', '.r-facts dd', '.r-filmstrip .r-cell']
      while (!parts.every((part) => document.querySelector(part) !== null)) await nextFrame()
      performance.mark('window whole')
    },
    scroll: async (screens) => {
      const grid = wall()!
      grid.scrollTop = 0
      await nextFrame()
      await globalThis.blanks.whole()
      const height = grid.clientHeight
      const total = Math.min(screens, (grid.scrollHeight - height) / height)
      const watching = watch()
      performance.mark('scroll begins')
      const start = await nextFrame()
      let done = 0
      while (done < total) {
        done = Math.min(total, (await nextFrame() - start) / 1000 * screensPerSecond)
        grid.scrollTop = done * height
      }
      performance.mark('scroll ends')
      return { screens: total, ...watching.stop() }
    },
    jump: async (count) => {
      const grid = wall()!
      const watching = watch()
      for (let index = 0; index < count; index++) {
        grid.scrollTop = (index * 7919 + 31) % 97 / 97 * (grid.scrollHeight - grid.clientHeight)
        await new Promise((resolve) => { setTimeout(resolve, 1000) })
      }
      return { screens: count, ...watching.stop() }
    },
  }
}
