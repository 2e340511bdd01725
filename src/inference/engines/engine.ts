/**
 * The socket that every engine fits: what the runtime asks of it, and what it may ask of the runtime.
 * An engine has steps, so that a moved control recomputes only what it must.
 */
import type { Controls, Descriptor } from '../../shared/descriptor.ts'
import type { PackManifest } from '../../shared/pack.ts'

/** A picture that can be read row by row. */
export interface PixelSource {
  readonly width: number
  readonly height: number
  readonly channels: 1 | 2 | 3 | 4
  readonly depth: 8 | 16
  /** `count` interleaved rows from row `y` on. */
  readRows(y: number, count: number): Promise<Uint8Array | Uint16Array>
}

/** A rectangle sent through an engine once: float32 planar `[3, height, width]`, RGB, display-encoded, 0..1. The engine does not change `data`. */
export interface Tile { readonly x: number, readonly y: number, readonly width: number, readonly height: number, readonly data: Float32Array }

/** What an engine found out about the whole photo; its own business but for `figures`, numbers about the photo that are shown with the result. */
export type Survey = Readonly<Record<string, unknown>> & { readonly figures?: Readonly<Record<string, number>> }

/** What an engine holds of an opened tile: plain data (as the structured clone keeps it) but for `dispose`, so that it can wait on disk. `bytes` may grow with renderings. */
export interface TileState { readonly bytes: number, dispose(): void }

/**
 * Lines without a direction over a tile, in even cells row by row: of length l and angle a (x right, y down) the pair (u, v) = l (cos 2a, sin 2a),
 * pixels of the tile. By doubled angles both ways along a line are the same, so that means of neighbours are what they should be.
 */
export interface TileLines { readonly columns: number, readonly rows: number, readonly u: Float32Array, readonly v: Float32Array }

/**
 * `data`: float32 planar `[3, height, width]` of the tile's size; may leave 0..1. Belongs to the caller, who does not change it.
 * `figures`: numbers about this tile; those that the descriptor names as overlays become maps, all of them averages of the result.
 * `lines`: by the overlay of that kind.
 */
export interface RenderedTile {
  readonly data: Float32Array
  readonly figures?: Readonly<Record<string, number>>
  readonly lines?: Readonly<Record<string, TileLines>>
}

export interface EngineSession {
  /** What must be known of the whole photo first. Reads a bounded number of rows. */
  survey(photo: PixelSource, controls: Controls, signal: AbortSignal): Promise<Survey>
  /** Starts a tile and owns its tensors until the state is disposed. */
  open(tile: Tile, survey: Survey, controls: Controls, signal: AbortSignal): Promise<TileState>
  /** Runs only what these controls need and the state does not hold yet. */
  render(state: TileState, controls: Controls, signal: AbortSignal): Promise<RenderedTile>
  dispose(): Promise<void>
}

/** One loaded graph on one device. `run` blocks the loop for as long as the device works. */
export interface GraphRunner {
  run(inputs: Readonly<Record<string, GraphTensor>>): Promise<Readonly<Record<string, GraphTensor>>>
}
export interface GraphTensor { readonly data: Float32Array, readonly dims: readonly number[] }

/** What the runtime gives an engine: graphs of its pack on the device in use, for tiles of one size. */
export interface EngineHost {
  readonly manifest: PackManifest
  graph(name: string): Promise<GraphRunner>
  /** The graph `restore` with chosen blocks, where the pack has a table `edge`. */
  joined(choice: readonly number[]): Promise<GraphRunner>
}

export interface Engine {
  readonly descriptor: Descriptor
  /** @throws RestillError PACK_INVALID naming what this engine misses in the pack. */
  checkPack(manifest: PackManifest, folder: string): void
  openSession(host: EngineHost): Promise<EngineSession>
}
