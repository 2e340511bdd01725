/** What Develop knows of the open photo. Pixels are not here: pictures are fetched by address, `revision` says when to look again. */
import { create } from 'zustand'
import type { DevelopSettings, EngineChoice, OverlayMap, Session } from '../../../shared/contract/develop.ts'
import type { Explained } from '../../client/errors.ts'
import type { ResultVersions } from '../geometry/result-versions.ts'
import { noHistory, type History } from './history.ts'
import { choiceOf } from './settings.ts'

export interface PreviewState {
  phase: 'idle' | 'running' | 'done' | 'failed'
  tilesDone: number, tilesTotal: number, secondsLeft: number | null
  device: string | null, scale: number | null
  /** Held results were used: no network ran for them. */
  reused: boolean
  guarded: number
  /** Of what is seen, then of the whole photo. */
  milliseconds: number | null, sessionCalls: number | null, figures: Readonly<Record<string, number>>
  notices: readonly string[]
  problem: Explained | null
}
export const noPreview: PreviewState = {
  phase: 'idle', tilesDone: 0, tilesTotal: 0, secondsLeft: null, device: null, scale: null, reused: false, guarded: 0, milliseconds: null, sessionCalls: null,
  figures: {}, notices: [], problem: null,
}

interface DevelopState {
  item: number | null
  phase: 'empty' | 'opening' | 'ready' | 'failed'
  problem: Explained | null
  session: Session | null
  /** As the controls stand. */
  settings: DevelopSettings | null
  /** What a preset under the pointer would give; shown instead of `settings`. */
  tried: DevelopSettings | null
  /** Controls that each engine had on this photo before another one was chosen. */
  remembered: Readonly<Record<string, DevelopSettings['controls']>>
  /** Seconds that a whole preview of this photo took, by engine. */
  measured: Readonly<Record<string, number>>
  history: History
  preview: PreviewState
  versions: ResultVersions | null
  /** Grows whenever result pictures are new. */
  revision: number
  maps: Readonly<Record<string, OverlayMap>>
}

export const closedDevelop: DevelopState = {
  item: null, phase: 'empty', problem: null, session: null, settings: null, tried: null, remembered: {}, measured: {}, history: noHistory, preview: noPreview, versions: null,
  revision: 0, maps: {},
}

export const useDevelop = create<DevelopState>(() => closedDevelop)

/** What is on the stage: the settings, or those of the preset under the pointer. */
export function shownSettings(state: DevelopState): DevelopSettings | null {
  return state.tried ?? state.settings
}

export function currentChoice(state: DevelopState): EngineChoice | undefined {
  return state.session === null || state.settings === null ? undefined : choiceOf(state.session, state.settings)
}
