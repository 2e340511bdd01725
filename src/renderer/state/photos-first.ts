/**
 * Photos before panels. A filter or an order changes what the walls of photos show and much around them; the walls draw at once, and the
 * next picture on the screen carries the answer. What React draws learns of it behind that picture, and behind the thumbnails if they come soon:
 * while it draws, no answer of the studio is heard.
 */
import { createStore, useStore, type StateCreator, type StoreApi, type UseBoundStore } from 'zustand'

type Listener = () => void
const waiting = new Set<Listener>()
let isHolding = false
/** Walls that answer at once. */
let walls = 0
/** Calls for thumbnails in sight that are under way. */
let calls = 0
/** React waits for them to come. */
let isPatient = false
/** Milliseconds that it does at most, after the first picture. */
const patience = 80

/** Stores made by `createPatient` hold back what they tell React while `work` runs. */
export function photosFirst(work: () => void): void {
  if (isHolding) return work()
  isHolding = true
  try {
    work()
  } finally {
    isHolding = false
    if (walls === 0) tell()
    else if (waiting.size > 0) afterPicture(tellSoon)
  }
}

/** Whether React was held back and has not been told yet. */
export function isSomebodyWaiting(): boolean {
  return waiting.size > 0
}

/** Thumbnails in sight are on their way until `done`, when those that came can be drawn. */
export async function awaited(done: Promise<unknown>): Promise<void> {
  calls++
  await done
  calls--
  if (isPatient && calls === 0) afterPicture(tell)
}

function tellSoon(): void {
  if (calls === 0) return tell()
  isPatient = true
  setTimeout(tell, patience)
}

/** A wall of photos is there to answer; without one React is not kept waiting. @returns what takes it away */
export function addWall(): () => void {
  walls++
  return () => walls--
}

/** Runs once the next picture was handed to the screen; at once where none is drawn. */
export function afterPicture(run: () => void): void {
  if (document.hidden) return run()
  requestAnimationFrame(() => { setTimeout(run) })
}

/** As zustand's `create`; its hook is told late where `photosFirst` says so, its `subscribe` never is. */
export function createPatient<T>(initialiser: StateCreator<T>): UseBoundStore<StoreApi<T>> {
  const api = createStore<T>(initialiser)
  const patient: StoreApi<T> = { ...api, subscribe: (listener) => patiently(api.subscribe)(() => listener(api.getState(), api.getState())) }
  const useIt = <U>(selector: (state: T) => U): U => useStore(patient, selector)
  return Object.assign(useIt as UseBoundStore<StoreApi<T>>, api)
}

/** The subscribe of a store, for what may come behind the photos. */
export function patiently(subscribe: (listener: Listener) => () => void): (listener: Listener) => () => void {
  return (listener) => {
    const end = subscribe(() => {
      if (isHolding) waiting.add(listener)
      else listener()
    })
    return () => {
      waiting.delete(listener)
      end()
    }
  }
}

const first = Promise.withResolvers<undefined>()
/** Resolves when the first screen of photos is there, or when there are none to wait for. */
export const firstPhotos = first.promise

export function firstPhotosShown(): void {
  first.resolve(undefined)
}

function tell(): void {
  isPatient = false
  for (const listener of [...waiting]) {
    waiting.delete(listener)
    listener()
  }
}
