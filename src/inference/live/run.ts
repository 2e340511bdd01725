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
import type { Figures } from '../runtime/tile-figures.ts'
import { controlsKey, TileWorker, type TileWork } from '../runtime/tile-worker.ts'
import type { TilePlan } from '../runtime/tiles.ts'
import type { Canvas } from './canvas.ts'
import { axisCells, blendCell, type AxisCell } from './cells.ts'
import type { TilePlace } from './order.ts'
import type { TileStates } from './states.ts'
import type { TileStore } from './tile-store.ts'

/** What is known of a rendered tile. */
export interface TileResult {
  readonly key: string
  readonly guarded: RestoreOutput['guarded'][number]['reason'] | null
  readonly figures: Figures
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
  /** Keys of the drawn cells. */
  readonly #drawn = new Map<string, string>()
  readonly #columns: readonly AxisCell[]
  readonly #rows: readonly AxisCell[]
  readonly #keepsStates: boolean
  #surveyFigures: Figures = {}

  constructor(parts: LiveRunParts) {
    const { engine, work, plan } = parts
    this.#parts = parts
    this.plan = plan
    this.worker = new TileWorker({ ...work, engine, tileWidth: plan.tileWidth, tileHeight: plan.tileHeight })
    this.#columns = axisCells(plan.columns)
    this.#rows = axisCells(plan.rows)
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

  /** @throws TileTooLarge; RestillError CANCELLED, PROVIDER_FAILED, DISK_FULL */
  async render(place: TilePlace, controls: Controls, signal: AbortSignal): Promise<TileResult> {
    const { source, plan, store } = this.#parts
    const column = plan.columns[place.column]!
    const row = plan.rows[place.row]!
    const height = row.end - row.start
    const rows = await source.readRows(row.start, height)
    throwIfAborted(signal)
    const data = new Float32Array(3 * plan.tileWidth * plan.tileHeight)
    const band = { rows, width: source.width, height, channels: source.channels, depth: source.depth }
    cutTile(band, column.start, column.end - column.start, plan.tileWidth, plan.tileHeight, this.#parts.work.pack.manifest.size.padding, data)
    const rendered = await this.#send({ x: column.start, y: row.start, data }, place.index, controls, signal)
    const guarded = guardTile(data, rendered.data, plan.tileWidth, plan.tileHeight)
    store.write(place.index, guarded === null ? rendered.data : data)
    const result = { key: this.#key(controls), guarded, figures: rendered.figures ?? {} }
    this.#tiles.set(place.index, result)
    return result
  }

  /** Something else was drawn over the result. */
  forgetDrawings(): void {
    this.#drawn.clear()
  }

  /** Draws the cells around a tile that are complete and not drawn yet; answers which pixels of the photo are new, null for none. */
  draw(place: TilePlace, controls: Controls): Rect | null {
    const { plan, canvas, store } = this.#parts
    const key = this.#key(controls)
    const isKnown = (column: number, row: number) => this.#tiles.get(row * plan.columns.length + column)?.key === key
    let area: Rect | null = null
    for (const row of this.#rows.filter(cell => covers(cell, place.row))) {
      for (const column of this.#columns.filter(cell => covers(cell, place.column))) {
        const name = `${column.start} ${row.start}`
        if (this.#drawn.get(name) === key) continue
        const complete = [row.first, row.last].every(down => [column.first, column.last].every(across => isKnown(across, down)))
        if (!complete) continue
        const cell = blendCell(plan, { column, row }, (across, down) => store.read(down * plan.columns.length + across))
        area = union(area, canvas.draw(cell))
        this.#drawn.set(name, key)
      }
    }
    return area
  }

  async dispose(): Promise<void> {
    this.#parts.states.clear()
    await this.worker.dispose()
    await this.#parts.canvas.dispose()
    await this.#parts.store.dispose()
  }

  async #send(tile: { x: number, y: number, data: Float32Array }, index: number, controls: Controls, signal: AbortSignal): Promise<RenderedTile> {
    const { plan, states, engine } = this.#parts
    const key = controlsKey(engine.descriptor, controls, 'tile')
    return this.worker.use(controls, signal, async ({ session, survey }) => {
      this.#surveyFigures = survey.figures ?? {}
      const whole = { ...tile, width: plan.tileWidth, height: plan.tileHeight }
      const origin = { owner: session, key }
      const state = states.take(index, origin) ?? await session.open(whole, survey, controls, signal)
      let keep = false
      try {
        const rendered = await session.render(state, controls, signal)
        keep = this.#keepsStates
        return rendered
      } finally {
        if (keep) await states.keep(index, state, origin)
        else {
          states.drop(index)
          state.dispose()
        }
      }
    })
  }

  #key(controls: Controls): string {
    return controlsKey(this.#parts.engine.descriptor, controls, 'render')
  }
}

function covers(cell: AxisCell, index: number): boolean {
  return cell.first <= index && index <= cell.last
}

function union(a: Rect | null, b: Rect): Rect {
  if (a === null) return b
  const [x, y] = [Math.min(a.x, b.x), Math.min(a.y, b.y)]
  return { x, y, width: Math.max(a.x + a.width, b.x + b.width) - x, height: Math.max(a.y + a.height, b.y + b.height) - y }
}
