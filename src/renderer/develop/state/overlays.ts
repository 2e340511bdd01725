/** Which map lies over the photo, and its values: told by the preview's stream, or asked for. */
import { useEffect, useState } from 'react'
import type { OverlayMap } from '../../../shared/contract/develop.ts'
import { client } from '../../client/client.ts'
import { showError } from '../../state/toasts.ts'
import { t } from '../../words/words.ts'
import { currentChoice, useDevelop } from './develop.ts'
import { useStage } from './stage.ts'

/** Maps that every engine has; the engine's own come from its descriptor. */
export const commonOverlays = ['changed', 'suspect', 'trust', 'sharpness'] as const
const commonNames = { changed: 'develop.overlay.changed', suspect: 'develop.overlay.suspect', trust: 'develop.overlay.trust', sharpness: 'develop.overlay.sharpness' } as const

export function overlayName(id: string): string {
  const own = currentChoice(useDevelop.getState())?.descriptor.overlays.find(overlay => overlay.id === id)
  if (own !== undefined) return own.label
  const common = commonOverlays.find(known => known === id)
  return common === undefined ? id : t(commonNames[common])
}

/** The map that is shown; its values are null until they are known. */
export function useOverlay(): { id: string | null, map: OverlayMap | null } {
  const id = useStage(state => state.heldOverlay ?? state.overlay)
  const session = useDevelop(state => state.session?.session ?? null)
  const told = useDevelop(state => id === null ? undefined : state.maps[id])
  const phase = useDevelop(state => state.preview.phase)
  const tiles = useDevelop(state => state.preview.tilesDone)
  const [asked, setAsked] = useState<{ session: string, id: string, map: OverlayMap | null } | null>(null)
  // The stream tells of the engine's maps while it runs; the others are asked for when something is done.
  const moment = phase === 'running' ? Math.min(tiles, 1) : phase
  useEffect(() => {
    if (id === null || session === null) return
    const controller = new AbortController()
    client.develop.overlay({ session, id }, { signal: controller.signal }).then(map => setAsked({ session, id, map }), (thrown: unknown) => {
      if (!controller.signal.aborted) showError(thrown)
    })
    return () => controller.abort()
  }, [id, session, moment])
  if (id === null) return { id, map: null }
  return { id, map: told ?? (asked?.id === id && asked.session === session ? asked.map : null) }
}
