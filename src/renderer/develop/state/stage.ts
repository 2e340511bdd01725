/** How Develop looks at photos: kept from photo to photo. Lengths are device pixels. */
import { create } from 'zustand'
import { initialBrush, type BrushSettings, type MaskTool } from '../geometry/mask-shapes.ts'
import { initialViewport, type Size, type Viewport } from '../geometry/viewport.ts'

export type Compare = 'single' | 'split' | 'beside' | 'stacked'

interface StageState {
  viewport: Viewport
  /** One pane of the stage; zero until it was measured. */
  pane: Size
  /** Device pixels a CSS pixel. */
  ratio: number
  compare: Compare
  /** Only the photo as it was. */
  before: boolean
  /** Place of the split, as a fraction of the pane. */
  divider: number
  /** Id of the map over the photo, or null. */
  overlay: string | null
  /** A map that is shown while its key is held. */
  heldOverlay: string | null
  tool: MaskTool | null
  erase: boolean
  brush: BrushSettings
  /** Number of the chosen shape of the mask. */
  shape: number | null
  pins: boolean
  maskShown: boolean
  maskColour: number
  /** Space is held: the pointer pans whatever the tool. */
  panning: boolean
}

export const useStage = create<StageState>(() => ({
  viewport: initialViewport, pane: { width: 0, height: 0 }, ratio: 1, compare: 'single', before: false, divider: 0.5, overlay: null, heldOverlay: null,
  tool: null, erase: false, brush: initialBrush, shape: null, pins: true, maskShown: false, maskColour: 0, panning: false,
}))

/** Gap between two panes, CSS pixels. */
const paneGap = 8
export interface Pane extends Size { left: number, top: number, side: 'source' | 'result' | 'both' }

/** The panes of a stage of `size` device pixels. */
export function panesOf(compare: Compare, size: Size, ratio: number): Pane[] {
  const gap = Math.round(paneGap * ratio)
  if (compare === 'beside') {
    const width = Math.max(1, Math.floor((size.width - gap) / 2))
    return [{ left: 0, top: 0, width, height: size.height, side: 'source' }, { left: width + gap, top: 0, width, height: size.height, side: 'result' }]
  }
  if (compare === 'stacked') {
    const height = Math.max(1, Math.floor((size.height - gap) / 2))
    return [{ left: 0, top: 0, width: size.width, height, side: 'source' }, { left: 0, top: height + gap, width: size.width, height, side: 'result' }]
  }
  return [{ left: 0, top: 0, ...size, side: 'both' }]
}

export function setCompare(compare: Compare): void {
  useStage.setState(state => ({ compare: state.compare === compare ? 'single' : compare, before: false }))
}
