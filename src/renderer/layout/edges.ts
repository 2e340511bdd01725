/** Which parts of the frame are shown, and the keys that fold them. */
import { create } from 'zustand'
import { useLayout } from '../state/preferences.ts'
import { showError } from '../state/toasts.ts'
import { useCommands } from '../commands/registry.ts'

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
  const inStage = (): boolean => document.activeElement === document.body || (document.activeElement?.closest('#stage') ?? null) !== null
  useCommands([
    { id: 'panel.top', label: 'shell.command.top', keys: ['F5'], group: 'view', everywhere: true, run: () => setTop(!top) },
    { id: 'panel.filmstrip', label: 'shell.command.filmstrip', keys: ['Alt+F6'], group: 'view', everywhere: true, run: () => setBottom(!bottom) },
    { id: 'panel.left', label: 'shell.command.left', keys: ['F7'], group: 'view', everywhere: true, run: () => setLeft(!left) },
    { id: 'panel.right', label: 'shell.command.right', keys: ['F8'], group: 'view', everywhere: true, run: () => setRight(!right) },
    { id: 'panel.toolbar', label: 'shell.command.toolbar', keys: ['T'], group: 'view', run: () => setToolbar(!toolbar) },
    { id: 'panel.info', label: 'shell.command.info', keys: ['I'], group: 'view', run: () => setInfo(!info) },
    {
      id: 'panel.sides', label: 'shell.command.sides', keys: ['Tab'], group: 'view', when: inStage, run: () => {
        const show = !left && !right
        setLeft(show)
        setRight(show)
      },
    },
    { id: 'panel.all', label: 'shell.command.all', keys: ['Shift+Tab'], group: 'view', when: inStage, run: () => useBare.setState({ bare: !bare }) },
    { id: 'panel.onlyPhoto', label: 'shell.command.onlyPhoto', keys: ['Shift+F'], group: 'view', run: onlyPhoto },
    { id: 'panel.lights', label: 'shell.command.lightsOut', keys: ['L'], group: 'view', run: () => useBare.setState({ lights: nextLights[lights] }) },
  ], [top, left, right, bottom, toolbar, info, bare, lights])
  return { edges: bare ? { top: false, left: false, right: false, bottom: false, toolbar: false } : { top, left, right, bottom, toolbar }, bare, lights }
}

function onlyPhoto(): void {
  const bare = document.fullscreenElement === null
  useBare.setState({ bare })
  const change = bare ? document.documentElement.requestFullscreen() : document.exitFullscreen()
  change.catch(showError)
}
