/**
 * The trust map: could this photo have come from this result? For every window the kernel is fitted that turns the result back into the
 * photo, in linear light; where no kernel does, the result shows what the photo does not. Invented detail that a blur hides without a trace is not found.
 */
import type { PixelSource } from '../engines/engine.ts'
import { cellSide, Cells, clipped } from './cells.ts'
import { KernelFit, reach, windowSide } from './kernel.ts'
import { LightBand } from './linear.ts'

/** Windows overlap, so that cells are judged well inside of them. */
const hop = 48
const margin = (windowSide - hop) / 2
/** At the working scale, pictures are looked at in half their size: what a blur left is there. */
const reduction = 2
const taperWidth = 8
/** How many times the expected residual a cell must leave for its window to be fitted again. */
const outstanding = 3
const area = windowSide * windowSide
const cellsAcross = windowSide / cellSide

/** `cell`: its side, pixels of the photo; `values` row by row, about 1 where the photo explains the result, null where nothing can be said. */
export interface Trust { cell: number, across: number, down: number, values: (number | null)[], noise: number }

/**
 * Reads both pictures a band of rows at a time; twice where they are large.
 * @param scale working scale of the restoration
 * @returns null for a picture that is smaller than a window
 */
export async function measureTrust(photo: PixelSource, result: PixelSource, scale: number, signal: AbortSignal): Promise<Trust | null> {
  const shortest = Math.min(photo.width, photo.height)
  let factor = Math.round(reduction / scale)
  while (factor > reduction && shortest < factor * windowSide) factor /= 2
  const across = Math.floor(photo.width / factor / cellSide)
  const down = Math.floor(photo.height / factor / cellSide)
  if (Math.min(across, down) < cellsAcross) return null
  const width = across * cellSide
  const height = down * cellSide
  const cells = new Cells(across, down, factor)
  const fit = new WindowFit(cells, width, height)
  const before = new LightBand(photo, factor, width, height, windowSide)
  const after = new LightBand(result, factor, width, height, windowSide)
  const read = async (y: number, rows: number) => {
    signal.throwIfAborted()
    return [await before.read(y, rows), await after.read(y, rows)] as const
  }
  for (let y = 0; y < height; y += windowSide) {
    const rows = Math.min(windowSide, height - y)
    const [photoRows, resultRows] = await read(y, rows)
    for (let row = 0; row < rows; row += cellSide) cells.look((y + row) / cellSide, photoRows, resultRows, width, row * width)
  }
  cells.settle()
  for (const y of origins(height)) {
    const changed = origins(width).filter(x => isChanged(cells, x, y))
    if (changed.length === 0) continue
    const [photoRows, resultRows] = await read(y, windowSide)
    for (const x of changed) fit.measure(photoRows, resultRows, x, y)
    // Other photos and heartbeats have their turn.
    await new Promise(setImmediate)
  }
  return { cell: cellSide * factor, across, down, values: cells.judge(), noise: cells.noise }
}

/** True where some cell of a window is not as it was. */
function isChanged(cells: Cells, x: number, y: number): boolean {
  for (let row = y / cellSide; row < y / cellSide + cellsAcross; row++) {
    for (let column = x / cellSide; column < x / cellSide + cellsAcross; column++) if (!cells.isKept(row, column)) return true
  }
  return false
}

/** Where windows begin: they cover `length`, multiples of a cell's side. */
function origins(length: number): number[] {
  const last = length - windowSide
  return Array.from({ length: Math.ceil(last / hop) + 1 }, (_, index) => Math.min(index * hop, last))
}

/** Fades to the borders, so that a window's opposite sides do not meet in a step. */
const taper = Float64Array.from({ length: area }, (_, at) => fade(Math.floor(at / windowSide)) * fade(at % windowSide))

function fade(at: number): number {
  const inward = Math.min(at, windowSide - 1 - at)
  return inward >= taperWidth ? 1 : Math.sin(Math.PI / 2 * (inward + 0.5) / taperWidth) ** 2
}

class WindowFit {
  readonly #cells: Cells
  readonly #width: number
  readonly #height: number
  readonly #kernel = new KernelFit()
  readonly #photo = new Float64Array(area)
  readonly #result = new Float64Array(area)
  readonly #weights = new Float64Array(area)
  readonly #explained = new Float64Array(area)
  /** Squared residuals and seen pixels by cell of the window. */
  readonly #energy = new Float64Array(cellsAcross ** 2)
  readonly #seen = new Float64Array(cellsAcross ** 2)

  constructor(cells: Cells, width: number, height: number) {
    this.#cells = cells
    this.#width = width
    this.#height = height
  }

  /** @param before, after a band of rows from row `y` of the reduced pictures on */
  measure(before: Float32Array, after: Float32Array, x: number, y: number): void {
    for (let row = 0; row < windowSide; row++) {
      for (let column = 0; column < windowSide; column++) {
        const at = row * windowSide + column
        this.#photo[at] = before[row * this.#width + x + column]!
        this.#result[at] = after[row * this.#width + x + column]!
        this.#weights[at] = this.#photo[at] < clipped ? taper[at]! : 0
      }
    }
    this.#fit(false)
    this.#sum(reach, windowSide - reach, reach, windowSide - reach)
    if (this.#standsOut(x, y)) {
      // Once more with less of what stands out: a foreign patch must not bend the kernel to itself.
      this.#reweigh()
      this.#fit(true)
    }
    this.#sum(
      y === 0 ? reach : margin, windowSide - (y + windowSide >= this.#height ? reach : margin),
      x === 0 ? reach : margin, windowSide - (x + windowSide >= this.#width ? reach : margin),
    )
    for (let cell = 0; cell < this.#energy.length; cell++) {
      if (this.#seen[cell]! > 0) {
        this.#cells.add(y / cellSide + Math.floor(cell / cellsAcross), x / cellSide + cell % cellsAcross, this.#energy[cell]!, this.#seen[cell]!)
      }
    }
  }

  #standsOut(x: number, y: number): boolean {
    return this.#energy.some((energy, cell) => {
      const expected = this.#cells.expected(y / cellSide + Math.floor(cell / cellsAcross), x / cellSide + cell % cellsAcross)
      return energy > outstanding ** 2 * expected * this.#seen[cell]!
    })
  }

  /** Takes the weighted means off, and fits. */
  #fit(again: boolean): void {
    let [photo, result, weights] = [0, 0, 0]
    for (let at = 0; at < area; at++) {
      const weight = this.#weights[at]!
      photo += weight * this.#photo[at]!
      result += weight * this.#result[at]!
      weights += weight
    }
    photo /= Math.max(weights, 1e-9)
    result /= Math.max(weights, 1e-9)
    for (let at = 0; at < area; at++) {
      this.#photo[at]! -= photo
      this.#result[at]! -= result
    }
    this.#kernel.predict(this.#result, this.#photo, this.#weights, this.#explained, again)
  }

  #sum(top: number, bottom: number, left: number, right: number): void {
    this.#energy.fill(0)
    this.#seen.fill(0)
    for (let row = top; row < bottom; row++) {
      for (let column = left; column < right; column++) {
        const at = row * windowSide + column
        if (this.#weights[at] === 0) continue
        const cell = (row >> 3) * cellsAcross + (column >> 3)
        const residual = this.#photo[at]! - this.#explained[at]!
        this.#energy[cell]! += residual * residual
        this.#seen[cell]!++
      }
    }
  }

  /** A cell counts half that leaves as much unexplained as the middle one of the window does. */
  #reweigh(): void {
    const mean = this.#energy.map((energy, cell) => energy / Math.max(1, this.#seen[cell]!))
    const inner = mean.filter((_, cell) => isInner(cell)).sort()
    const median = (inner[(inner.length >> 1) - 1]! + inner[inner.length >> 1]!) / 2
    for (let at = 0; at < area; at++) {
      if (this.#weights[at] === 0) continue
      const cell = (at >> 9) * cellsAcross + ((at & (windowSide - 1)) >> 3)
      this.#weights[at] = taper[at]! / (1 + mean[cell]! / (median + 1e-12))
    }
  }
}

function isInner(cell: number): boolean {
  const [row, column] = [Math.floor(cell / cellsAcross), cell % cellsAcross]
  return row > 0 && row < cellsAcross - 1 && column > 0 && column < cellsAcross - 1
}
