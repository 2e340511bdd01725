/** Which parts of the frame are shown, and the keys that fold them. */
import { create } from 'zustand'
import { useLayout } from '../state/preferences.ts'
import { showError } from '../state/toasts.ts'
import { useCommands } from '../commands/registry.ts'
import { isAtPhotos } from './regions.ts'

export interface Edges { top: boolean, left: boolean, right: boolean, bottom: boolean, toolbar: boolean }

interface Bare {
  /** Everything hidden, by Shift+Tab or full screen. */
  bare: boolean
  /** What lies around the photo: lit, dimmed, dark. */
  lights: 'on' | 'dim' | 'out'
}
const useBare = create<Bare>(() => ({ bare: false, lights: 'on' }))
const nextLights = { on: 'dim', dim: 'out', out: 'on' } as const

/** Below this width the right panel lies over the stage; pixels. */
const narrow = 1000

export function useEdges(): { edges: Edges, bare: boolean, lights: Bare['lights'] } {
  const { bare, lights } = useBare()
  const [top, setTop] = useLayout('edge.top', true)
  const [left, setLeft] = useLayout('edge.left', true)
  const [right, setRight] = useLayout('edge.right', window.innerWidth >= narrow)
  const [bottom, setBottom] = useLayout('edge.bottom', true)
  const [toolbar, setToolbar] = useLayout('edge.toolbar', true)
  const [info, setInfo] = useLayout('grid.info', true)
  useCommands([
    { id: 'panel.top', everywhere: true, run: () => setTop(!top) },
    { id: 'panel.filmstrip', everywhere: true, run: () => setBottom(!bottom) },
    { id: 'panel.left', everywhere: true, run: () => setLeft(!left) },
    { id: 'panel.right', everywhere: true, run: () => setRight(!right) },
    { id: 'panel.toolbar', run: () => setToolbar(!toolbar) },
    { id: 'panel.info', run: () => setInfo(!info) },
    {
      id: 'panel.sides', when: isAtPhotos, run: () => {
        const show = !left && !right
        setLeft(show)
        setRight(show)
      },
    },
    { id: 'panel.all', when: isAtPhotos, run: () => useBare.setState({ bare: !bare }) },
    { id: 'panel.onlyPhoto', run: onlyPhoto },
    { id: 'panel.lights', run: () => useBare.setState({ lights: nextLights[lights] }) },
  ], [top, left, right, bottom, toolbar, info, bare, lights])
  return { edges: bare ? { top: false, left: false, right: false, bottom: false, toolbar: false } : { top, left, right, bottom, toolbar }, bare, lights }
}

function onlyPhoto(): void {
  const bare = document.fullscreenElement === null
  useBare.setState({ bare })
  const change = bare ? document.documentElement.requestFullscreen() : document.exitFullscreen()
  change.catch(showError)
}
