/**
 * One photo on one engine, pack and working scale, tile by tile in any order, for as long as it is looked at. Every tile remembers with which
 * controls it was rendered; a moved control recomputes only what it invalidates.
 */
import type { Controls } from '../../shared/descriptor.ts'
import type { RestoreOutput } from '../../shared/guest.ts'
import type { Rect } from '../../shared/preview.ts'
import type { Engine, RenderedTile } from '../engines/engine.ts'
import { throwIfAborted } from '../image/abort.ts'
import type { Spool } from '../image/spool.ts'
import { guardTile } from '../runtime/guard.ts'
import { cutTile } from '../runtime/layout.ts'
import type { Figures, ToldOfTile } from '../runtime/tile-figures.ts'
import { controlsKey, TileWorker, type TileWork } from '../runtime/tile-worker.ts'
import type { TilePlan } from '../runtime/tiles.ts'
import type { Canvas } from './canvas.ts'
import { axisCells, type AxisCell, CellBlender } from './cells.ts'
import type { TilePlace } from './order.ts'
import type { TileStates } from './states.ts'
import type { TileStore } from './tile-store.ts'

/** What is known of a rendered tile. */
export interface TileResult extends ToldOfTile {
  readonly key: string
  readonly guarded: RestoreOutput['guarded'][number]['reason'] | null
  /** Of the picture that it shows: another one for every other picture, the same again where an engine held it. */
  readonly picture: number
}

export interface LiveRunParts {
  engine: Engine
  work: Omit<TileWork, 'tileWidth' | 'tileHeight' | 'engine'>
  source: Spool
  plan: TilePlan
  canvas: Canvas, store: TileStore, states: TileStates
}

export class LiveRun {
  readonly worker: TileWorker
  readonly plan: TilePlan
  readonly #parts: LiveRunParts
  readonly #tiles = new Map<number, TileResult>()
  /** Pictures that the drawn cells show. */
  readonly #drawn = new Map<string, string>()
  readonly #columns: readonly AxisCell[]
  readonly #rows: readonly AxisCell[]
  readonly #blender: CellBlender
  readonly #keepsStates: boolean
  /** What the guard said of pictures that engines hold: a control moved back shows the same one again. */
  readonly #verdicts = new WeakMap<Float32Array, TileResult['guarded']>()
  readonly #pictures = new WeakMap<Float32Array, number>()
  #numbered = 0
  readonly #keys = new WeakMap<Controls, string>()
  #surveyFigures: Figures = {}

  constructor(parts: LiveRunParts) {
    const { engine, work, plan } = parts
    this.#parts = parts
    this.plan = plan
    this.worker = new TileWorker({ ...work, engine, tileWidth: plan.tileWidth, tileHeight: plan.tileHeight })
    this.#columns = axisCells(plan.columns)
    this.#rows = axisCells(plan.rows)
    this.#blender = new CellBlender(plan)
    this.#keepsStates = engine.descriptor.controls.some(control => control.invalidates === 'render')
  }

  /** The tile as it was rendered last with just these controls; null where it must be rendered. */
  known(index: number, controls: Controls): TileResult | null {
    const tile = this.#tiles.get(index)
    return tile?.key === this.#key(controls) ? tile : null
  }

  /** Tiles rendered with these controls, by index. */
  results(controls: Controls): Map<number, TileResult> {
    const key = this.#key(controls)
    return new Map([...this.#tiles].filter(([, { key: each }]) => each === key))
  }

  /** What the engine found out about the whole photo. */
  get surveyFigures(): Figures {
    return this.#surveyFigures
  }

  /**
   * Renders a tile; runs only what the engine does not hold of it.
   * @throws TileTooLarge; RestillError CANCELLED, PROVIDER_FAILED, DISK_FULL
   */
  async render(place: TilePlace, controls: Controls, signal: AbortSignal): Promise<TileResult> {
    const { rendered, pixels } = await this.#send(place, controls, signal)
    const { plan, store } = this.#parts
    const { data, ...told } = rendered
    let guarded = this.#verdicts.get(data)
    if (guarded === undefined) {
      guarded = guardTile(pixels ?? await this.#cut(place, signal), data, plan.tileWidth, plan.tileHeight)
      this.#verdicts.set(data, guarded)
    }
    store.write(place.index, guarded === null ? data : pixels ?? await this.#cut(place, signal))
    // A guarded tile is drawn, and told, with every move.
    const picture = guarded === null ? this.#numberOf(data) : ++this.#numbered
    const result = { key: this.#key(controls), guarded, picture, ...told }
    this.#tiles.set(place.index, result)
    return result
  }

  /** Something else was drawn over the result. */
  forgetDrawings(): void {
    this.#drawn.clear()
  }

  /** Draws the cells around these tiles that are complete and show other pictures than before; answers which pixels of the photo are new, null for none. */
  draw(places: readonly TilePlace[], controls: Controls): Rect | null {
    const key = this.#key(controls)
    let area: Rect | null = null
    for (const row of this.#rows) {
      const beside = places.filter(place => covers(row, place.row))
      if (beside.length === 0) continue
      const isWanted = (column: AxisCell) => beside.some(place => covers(column, place.column)) && this.#isToDraw(column, row, key)
      for (const columns of runsOf(this.#columns, isWanted)) area = union(area, this.#drawCells(columns, row))
    }
    return area
  }

  async dispose(): Promise<void> {
    this.#parts.states.clear()
    await this.worker.dispose()
    await this.#parts.canvas.dispose()
    await this.#parts.store.dispose()
  }

  #isToDraw(column: AxisCell, row: AxisCell, key: string): boolean {
    const tiles = this.#under(column, row)
    return tiles.every(tile => tile?.key === key) && this.#drawn.get(nameOf(column, row)) !== showing(tiles)
  }

  /** The tiles that a cell is blended from. */
  #under(column: AxisCell, row: AxisCell): (TileResult | undefined)[] {
    const across = this.plan.columns.length
    return [row.first, row.last].flatMap(down => [column.first, column.last].map(at => this.#tiles.get(down * across + at)))
  }

  #drawCells(columns: readonly AxisCell[], row: AxisCell): Rect | null {
    const { plan, canvas, store } = this.#parts
    const tiles = new Map<number, Float32Array>()
    const tileAt = (across: number, down: number) => {
      const index = down * plan.columns.length + across
      const tile = tiles.get(index) ?? store.read(index)
      tiles.set(index, tile)
      return tile
    }
    let area: Rect | null = null
    for (let start = row.start; start < row.end; start += canvas.bandRows) {
      const band = { ...row, start, end: Math.min(row.end, start + canvas.bandRows) }
      area = union(area, canvas.draw(this.#blender.blend(columns, band, tileAt)))
    }
    for (const column of columns) this.#drawn.set(nameOf(column, row), showing(this.#under(column, row)))
    return area
  }

  #numberOf(picture: Float32Array): number {
    let number = this.#pictures.get(picture)
    if (number === undefined) this.#pictures.set(picture, number = ++this.#numbered)
    return number
  }

  async #cut({ column, row }: TilePlace, signal: AbortSignal): Promise<Float32Array> {
    const { source, plan, work } = this.#parts
    const across = plan.columns[column]!
    const down = plan.rows[row]!
    const height = down.end - down.start
    const rows = await source.readRows(down.start, height)
    throwIfAborted(signal)
    const data = new Float32Array(3 * plan.tileWidth * plan.tileHeight)
    const band = { rows, width: source.width, height, channels: source.channels, depth: source.depth }
    cutTile(band, across.start, across.end - across.start, plan.tileWidth, plan.tileHeight, work.pack.manifest.size.padding, data)
    return data
  }

  /** The engine's answer, and the tile's own pixels where they are at hand: what is held needs none of them. */
  async #send(place: TilePlace, controls: Controls, signal: AbortSignal): Promise<{ rendered: RenderedTile, pixels: Float32Array | null }> {
    const { plan, states, engine } = this.#parts
    const { index } = place
    const key = controlsKey(engine.descriptor, controls, 'tile')
    return this.worker.use(controls, signal, async ({ session, survey }) => {
      this.#surveyFigures = survey.figures ?? {}
      const origin = { owner: session, key }
      const open = async () => {
        const pixels = await this.#cut(place, signal)
        const at = { x: plan.columns[place.column]!.start, y: plan.rows[place.row]!.start }
        const state = await session.open({ ...at, width: plan.tileWidth, height: plan.tileHeight, data: pixels }, survey, controls, signal)
        return { state, pixels }
      }
      const held = states.take(index, origin) ?? await open()
      let keep = false
      try {
        const rendered = await session.render(held.state, controls, signal)
        keep = this.#keepsStates
        return { rendered, pixels: held.pixels }
      } finally {
        if (keep) await states.keep(index, held, origin)
        else {
          states.drop(index)
          held.state.dispose()
        }
      }
    })
  }

  #key(controls: Controls): string {
    let key = this.#keys.get(controls)
    if (key === undefined) {
      key = controlsKey(this.#parts.engine.descriptor, controls, 'render')
      this.#keys.set(controls, key)
    }
    return key
  }
}

function nameOf(column: AxisCell, row: AxisCell): string {
  return `${column.start} ${row.start}`
}

/** Neighbours that are wanted, together. */
function runsOf(cells: readonly AxisCell[], isWanted: (cell: AxisCell) => boolean): AxisCell[][] {
  const runs: AxisCell[][] = []
  let run: AxisCell[] | undefined
  for (const cell of cells) {
    if (!isWanted(cell)) run = undefined
    else if (run === undefined) runs.push(run = [cell])
    else run.push(cell)
  }
  return runs
}

function covers(cell: AxisCell, index: number): boolean {
  return cell.first <= index && index <= cell.last
}

function showing(tiles: readonly (TileResult | undefined)[]): string {
  return tiles.map(tile => tile?.picture).join(' ')
}

function union(a: Rect | null, b: Rect | null): Rect | null {
  if (a === null || b === null) return a ?? b
  const [x, y] = [Math.min(a.x, b.x), Math.min(a.y, b.y)]
  return { x, y, width: Math.max(a.x + a.width, b.x + b.width) - x, height: Math.max(a.y + a.height, b.y + b.height) - y }
}
