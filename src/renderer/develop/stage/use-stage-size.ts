/** The stage in device pixels: its size, and how far its corner lies beside one. */
import { useLayoutEffect, useState, type RefObject } from 'react'
import type { Point, Size } from '../geometry/viewport.ts'

interface StageSize { size: Size, ratio: number, /** CSS pixels to the next device pixel. */ shift: Point }

export function useStageSize(root: RefObject<HTMLElement | null>): StageSize | null {
  const [measured, setMeasured] = useState<StageSize | null>(null)
  useLayoutEffect(() => {
    const element = root.current
    if (element === null) return
    const measure = (width: number, height: number): void => {
      const ratio = window.devicePixelRatio
      const box = element.getBoundingClientRect()
      const beside = (start: number): number => {
        const at = start * ratio
        const rest = Math.ceil(at - 1e-3) - at
        return rest < 1e-3 ? 0 : rest / ratio
      }
      const shift = { x: beside(box.left), y: beside(box.top) }
      const size = { width: Math.max(1, width - (shift.x > 0 ? 1 : 0)), height: Math.max(1, height - (shift.y > 0 ? 1 : 0)) }
      setMeasured(old => old?.size.width === size.width && old.size.height === size.height && old.ratio === ratio && old.shift.x === shift.x && old.shift.y === shift.y
        ? old : { size, ratio, shift })
    }
    const observer = new ResizeObserver(entries => {
      const entry = entries.at(-1)
      const box = entry?.devicePixelContentBoxSize[0]
      if (entry === undefined || box === undefined) return
      // An emulated screen, as in device tools, tells the real screen's pixels here: those count only where they agree.
      const side = (told: number, css: number) => Math.abs(told - css * window.devicePixelRatio) < 1 ? told : Math.floor(css * window.devicePixelRatio)
      measure(side(box.inlineSize, entry.contentRect.width), side(box.blockSize, entry.contentRect.height))
    })
    observer.observe(element, { box: 'device-pixel-content-box' })
    // A window that goes to another screen changes its ratio, not always its size.
    let query: MediaQueryList | null = null
    const listen = (): void => {
      query = matchMedia(`(resolution: ${window.devicePixelRatio}dppx)`)
      query.addEventListener('change', changed, { once: true })
    }
    const changed = (): void => {
      measure(Math.round(element.clientWidth * window.devicePixelRatio), Math.round(element.clientHeight * window.devicePixelRatio))
      listen()
    }
    listen()
    return () => {
      observer.disconnect()
      query?.removeEventListener('change', changed)
    }
  }, [])
  return measured
}
