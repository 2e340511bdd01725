import { useEffect, useLayoutEffect, useRef, useState, type RefObject } from 'react'
import type { Placement, Size } from '../geometry/viewport.ts'
import type { Pyramid } from '../geometry/picture-tiles.ts'
import { TileLayer, type AddressOf } from './tile-layer.ts'

interface LayerInput { pyramid: Pyramid, session: string, addressOf: AddressOf, placement: Placement, pane: Size, ratio: number, revision: number }

/** Keeps one side's tiles in the element that the returned reference is given to. */
export function useTileLayer({ pyramid, session, addressOf, placement, pane, ratio, revision }: LayerInput): { host: RefObject<HTMLDivElement | null>, isComplete: boolean } {
  const host = useRef<HTMLDivElement>(null)
  const layer = useRef<TileLayer | null>(null)
  const [isComplete, setComplete] = useState(false)
  useLayoutEffect(() => {
    if (host.current === null) return
    const made = new TileLayer(host.current, addressOf, setComplete)
    layer.current = made
    return () => {
      made.dispose()
      layer.current = null
    }
    // A layer lives as long as the session whose pictures it shows.
  }, [session])
  useLayoutEffect(() => layer.current?.show({ pyramid, placement, pane, ratio }),
    [session, placement.left, placement.top, placement.width, placement.height, pane.width, pane.height, ratio])
  useEffect(() => layer.current?.refresh(), [revision])
  return { host, isComplete }
}
