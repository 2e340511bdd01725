/** Short notes at the foot of the window: what was done, with a way back. */
import { create } from 'zustand'
import { explainError, isAborted } from '../client/errors.ts'

export interface Toast {
  id: number
  kind: 'done' | 'error'
  message: string
  hint: string | null
  /** One thing that can be done about it. */
  action: { label: string, run: () => void } | null
  group: string
}

interface Toasts {
  toasts: readonly Toast[]
  /** Somebody is at the notes: none goes away by itself. */
  held: boolean
  hold: (held: boolean) => void
  /** A note of the same `group` takes the place of the one before. */
  show: (toast: { message: string, hint?: string, kind?: Toast['kind'], action?: Toast['action'], group?: string }) => number
  dismiss: (id: number) => void
}

/** Milliseconds that a note stays; errors stay until they are closed. */
const shown = 6000
const most = 4
let next = 1

export const useToasts = create<Toasts>((set, get) => ({
  toasts: [], held: false,
  hold: (held) => set({ held }),
  show: ({ message, hint = null, kind = 'done', action = null, group = message }) => {
    const id = next++
    set({ toasts: [...get().toasts.filter((toast) => toast.group !== group), { id, kind, message, hint, action, group }].slice(-most) })
    const leave = (): void => {
      if (get().held) setTimeout(leave, shown)
      else get().dismiss(id)
    }
    if (kind === 'done') setTimeout(leave, shown)
    return id
  },
  dismiss: (id) => set({ toasts: get().toasts.filter((toast) => toast.id !== id) }),
}))

/** Tells of a failed call; one that was ended on purpose is no news. */
export function showError(thrown: unknown): void {
  if (isAborted(thrown)) return
  const { message, hint } = explainError(thrown)
  useToasts.getState().show({ kind: 'error', message, hint })
}
