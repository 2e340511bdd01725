/** Opens photos and keeps the preview in step with the settings and with what is seen. */
import type { DevelopSettings, PreviewEvent, Rect } from '../../../shared/contract/develop.ts'
import { client } from '../../client/client.ts'
import { useConnection } from '../../client/connection.ts'
import { explainError, isAborted } from '../../client/errors.ts'
import { ResultVersions } from '../geometry/result-versions.ts'
import { closedDevelop, currentChoice, noPreview, shownSettings, useDevelop, type PreviewState } from './develop.ts'
import { historyOf } from './history.ts'
import { PreviewRunner, type PreviewWish } from './preview-runner.ts'
import { workKey } from './settings.ts'

const { getState, setState } = useDevelop

/** Settings whose result the pictures show or are coming to show, and how much of it is there. */
let computed: { key: string, whole: boolean, visible: Rect | null } | null = null
let seen: Rect | null = null
/** Milliseconds that the view must rest before tiles are asked for in another order. */
const viewRest = 120
let viewTimer: ReturnType<typeof setTimeout> | undefined

const runner = new PreviewRunner(
  (wish, signal) => client.develop.preview(wish, { signal }),
  { started: wish => begin(wish), event: event => take(event), ended: () => finish(), failed: thrown => fail(thrown) },
)

/** Opens a photo, or another one; the open one is closed. */
export async function openPhoto(item: number): Promise<void> {
  if (getState().item === item && getState().phase !== 'failed') return
  leave()
  setState({ ...closedDevelop, item, phase: 'opening' })
  try {
    const session = await client.develop.open({ id: item })
    if (getState().item !== item) return void client.develop.close({ session: session.session }).catch(() => undefined)
    const { settings } = session
    computed = session.hasResult ? { key: workKey(settings), whole: true, visible: null } : null
    setState({
      phase: 'ready', session, settings, history: historyOf(session), versions: new ResultVersions(session, session.hasResult),
      preview: { ...noPreview, phase: session.hasResult ? 'done' : 'idle', notices: session.notices },
    })
    refreshPreview()
  } catch (thrown) {
    if (getState().item === item && !isAborted(thrown)) setState({ phase: 'failed', problem: explainError(thrown) })
  }
}

export function closePhoto(): void {
  leave()
  setState(closedDevelop)
}

function leave(): void {
  clearTimeout(viewTimer)
  runner.cancel()
  computed = null
  seen = null
  const { session } = getState()
  // A session that is gone already is closed.
  if (session !== null) client.develop.close({ session: session.session }).catch(() => undefined)
}

/** Opens the photo anew, with the settings as they stand: the studio was away. */
async function reopen(): Promise<void> {
  const { item, settings } = getState()
  if (item === null) return
  setState({ item: null })
  await openPhoto(item)
  if (getState().item === item && settings !== null && getState().phase === 'ready') {
    setState({ settings })
    refreshPreview()
  }
}

useConnection.subscribe((now, before) => {
  if (now.state === 'connected' && before.state === 'reconnecting' && getState().phase !== 'opening') void reopen()
})

/** Asks for what the shown settings need and the pictures do not show yet. */
export function refreshPreview(again = false): void {
  const state = getState()
  const settings = shownSettings(state)
  if (state.session === null || settings === null || seen === null) return
  const key = workKey(settings)
  const isTried = state.tried !== null
  if (!again && computed?.key === key) {
    if (computed.whole || computed.visible !== null && (isTried || runner.isBusy) && contains(computed.visible, seen)) return
  }
  computed = { key, whole: false, visible: seen }
  runner.ask({ session: state.session.session, settings: withoutBlend(settings), visible: seen, whole: !isTried })
}

/** Ends the preview; it begins again with the next change, not by looking elsewhere. */
export function stopPreview(): void {
  runner.cancel()
  if (computed !== null) computed.whole = true
  if (getState().preview.phase === 'running') setState(state => ({ preview: { ...state.preview, phase: 'idle', secondsLeft: null } }))
}

/** Tells which pixels of the photo are seen. Tiles under way go on while the view moves within what was asked for. */
export function setSeen(rect: Rect): void {
  const first = seen === null
  seen = rect
  if (first) return refreshPreview()
  clearTimeout(viewTimer)
  viewTimer = setTimeout(() => {
    if (computed !== null && !computed.whole && getState().preview.phase !== 'failed') refreshPreview()
  }, viewRest)
}

/** Strength and mask are blended in the window: the stream does not depend on them. */
function withoutBlend(settings: DevelopSettings): DevelopSettings {
  return { ...settings, strength: 1, mask: null }
}

function begin(wish: PreviewWish): void {
  patch({ phase: 'running', tilesDone: 0, tilesTotal: 0, secondsLeft: null, guarded: 0, problem: null, reused: false, milliseconds: null, sessionCalls: null })
  if (computed !== null) computed.visible = wish.visible
}

function take(event: PreviewEvent): void {
  switch (event.kind) {
    case 'auto': return setState(({ session }) => session === null ? {} : { session: { ...session, automatic: event.choice } })
    case 'begin': return patch({ tilesTotal: event.tilesTotal, device: event.device, scale: event.scale, reused: event.reused })
    case 'tile': {
      getState().versions?.touch(event.rect, event.version)
      setState(state => ({
        revision: state.revision + 1,
        preview: {
          ...state.preview, tilesDone: event.tilesDone, tilesTotal: event.tilesTotal, secondsLeft: event.secondsLeft,
          guarded: state.preview.guarded + (event.guarded ? 1 : 0),
        },
      }))
      return
    }
    case 'map': return setState(state => ({ maps: { ...state.maps, [event.map.id]: event.map } }))
    case 'visible-done':
    case 'done': return patch({ milliseconds: event.milliseconds, sessionCalls: event.sessionCalls, figures: event.figures })
    case 'notice': return setState(state => state.preview.notices.includes(event.text) ? {} : { preview: { ...state.preview, notices: [...state.preview.notices, event.text] } })
  }
}

function finish(): void {
  const { tried, preview } = getState()
  if (computed !== null) computed.whole = tried === null
  const choice = currentChoice(getState())
  const ranWhole = tried === null && preview.tilesTotal > 0 && (preview.sessionCalls ?? 0) >= preview.tilesTotal
  if (ranWhole && choice !== undefined && preview.milliseconds !== null) {
    const seconds = preview.milliseconds / 1000
    setState(state => ({ measured: { ...state.measured, [choice.descriptor.id]: seconds } }))
  }
  patch({ phase: 'done', secondsLeft: null })
}

function fail(thrown: unknown): void {
  computed = null
  patch({ phase: isAborted(thrown) ? 'idle' : 'failed', secondsLeft: null, problem: isAborted(thrown) ? null : explainError(thrown) })
}

function patch(preview: Partial<PreviewState>): void {
  setState(state => ({ preview: { ...state.preview, ...preview } }))
}

function contains(outer: Rect, inner: Rect): boolean {
  return inner.x >= outer.x && inner.y >= outer.y && inner.x + inner.width <= outer.x + outer.width && inner.y + inner.height <= outer.y + outer.height
}
