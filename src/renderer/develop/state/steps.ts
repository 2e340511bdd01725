/** What changes the open photo's settings: at once on the stage, and as a step in its history when the hand lets go. */
import type { DevelopSettings } from '../../../shared/contract/develop.ts'
import type { Control, ControlValue } from '../../../shared/descriptor.ts'
import { client } from '../../client/client.ts'
import { showError } from '../../state/toasts.ts'
import { t } from '../../words/words.ts'
import { useDevelop } from './develop.ts'
import { goTo as atEntry, historyOf, neighbour, withStep } from './history.ts'
import { refreshPreview } from './session.ts'
import { automatic, choiceOf, sameSettings, settingParts, withControl, withEngine } from './settings.ts'

const { getState, setState } = useDevelop

/** Steps reach the studio one after the other. */
let sending: Promise<unknown> = Promise.resolve()
/** Milliseconds of rest after which a moving control is a step of its own. */
const gatherTime = 400
let waiting: { item: number, settings: DevelopSettings, label: string, what: string | null, timer: ReturnType<typeof setTimeout> } | null = null

/** Shows other settings; nothing is written down until `commit`. */
export function change(next: DevelopSettings): void {
  setState({ settings: next, tried: null })
  refreshPreview()
}

export function changeControl(control: Control, value: ControlValue): void {
  const { settings, session } = getState()
  const engine = settings === null || session === null ? undefined : choiceOf(session, settings)
  if (settings !== null && engine !== undefined) change(withControl(settings, engine.descriptor.id, control, value))
}

export function changeEngine(id: string): void {
  const { settings, session, remembered } = getState()
  const title = id === automatic ? t('develop.engine.automatic') : session?.engines.find(({ descriptor }) => descriptor.id === id)?.descriptor.title
  if (settings === null || title === undefined || settings.engine === id) return
  const kept = { ...remembered, [settings.engine]: settings.controls }
  flushSteps()
  setState({ remembered: kept })
  change(withEngine(settings, id, kept))
  commit(t('develop.step.control', { label: t('develop.engine.title'), value: title }))
}

/**
 * Writes the settings as they stand as one step.
 * @param what control that a hand is moving: its steps in quick succession become one
 */
export function commit(label: string, what: string | null = null): void {
  const { item, settings } = getState()
  if (item === null || settings === null) return
  if (waiting !== null && waiting.what !== what) flushSteps()
  clearTimeout(waiting?.timer)
  waiting = { item, settings, label, what, timer: setTimeout(flushSteps, what === null ? 0 : gatherTime) }
  if (what === null) flushSteps()
}

/** Writes down at once what waits for a moving hand. */
export function flushSteps(): void {
  if (waiting === null) return
  const { item, settings, label, timer } = waiting
  waiting = null
  clearTimeout(timer)
  const { history } = getState()
  const stands = history.entries.find(entry => entry.id === history.current)?.settings
  if (stands !== undefined && sameSettings(stands, settings)) return
  if (getState().item === item) setState({ history: withStep(history, label, settings, new Date().toISOString()) })
  send(item, () => client.develop.apply({ ids: [item], settings, parts: [...settingParts], label }))
}

/** Other settings as one step: a preset, a snapshot, pasted ones. */
export function applyStep(next: DevelopSettings, label: string, what: string | null = null): void {
  change(next)
  commit(label, what)
}

export function goTo(entry: number): void {
  flushSteps()
  const { item, history } = getState()
  const step = history.entries.find(({ id }) => id === entry)
  if (item === null || step === undefined) return
  setState({ history: atEntry(history, entry) })
  change(step.settings)
  send(item, () => client.develop.goTo({ id: item, entry }))
}

/** @param direction -1 undoes, 1 does again */
export function walk(direction: -1 | 1): void {
  flushSteps()
  const step = neighbour(getState().history, direction)
  if (step !== null) goTo(step.id)
}

export function resetPhoto(): void {
  flushSteps()
  const { item } = getState()
  if (item === null) return
  send(item, async () => {
    await client.develop.reset({ ids: [item] })
    const settings = await client.develop.settings({ id: item })
    if (getState().item === item) change(settings)
  })
}

/** Shows what a preset would give, without taking it; null goes back. */
export function tryOut(settings: DevelopSettings | null): void {
  if (getState().tried === settings) return
  setState({ tried: settings })
  refreshPreview()
}

export function saveSnapshot(name: string): void {
  flushSteps()
  const { item } = getState()
  if (item !== null) send(item, () => client.develop.saveSnapshot({ id: item, name }))
}
export function removeSnapshot(snapshot: number): void {
  const { item } = getState()
  if (item !== null) send(item, () => client.develop.removeSnapshot({ id: item, snapshot }))
}

/** Settings changed from elsewhere (pasted, synced, undone): look again. */
export async function reloadSettings(): Promise<void> {
  const { item } = getState()
  if (item === null) return
  flushSteps()
  await sending
  const settings = await client.develop.settings({ id: item })
  if (getState().item !== item) return
  change(settings)
  await reloadHistory(item)
}

function send(item: number, call: () => Promise<unknown>): void {
  sending = sending.then(async () => {
    await call()
    await reloadHistory(item)
  }).catch(showError)
}

async function reloadHistory(item: number): Promise<void> {
  const told = await client.develop.history({ id: item })
  if (getState().item === item) setState({ history: historyOf(told) })
}
