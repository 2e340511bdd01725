/** The size of a pane in device pixels, and how many of them a CSS pixel has. Follows the window from screen to screen. */
import { useLayoutEffect, useState, type RefObject } from 'react'
import type { Size } from '../../develop/geometry/viewport.ts'

export interface PaneSize extends Size { ratio: number }

export function usePaneSize(element: RefObject<HTMLElement | null>): PaneSize {
  const [size, setSize] = useState<PaneSize>({ width: 0, height: 0, ratio: window.devicePixelRatio })
  useLayoutEffect(() => {
    const observer = new ResizeObserver(([entry]) => {
      const box = entry?.devicePixelContentBoxSize[0]
      if (box !== undefined) setSize({ width: box.inlineSize, height: box.blockSize, ratio: window.devicePixelRatio })
    })
    observer.observe(element.current!, { box: 'device-pixel-content-box' })
    return () => observer.disconnect()
  }, [])
  return size
}
