/**
 * F6 goes from region to region of the window, Shift+F6 back; inside a region Tab does as everywhere. Where the stage shows photos, Tab
 * folds the panels as in Lightroom, so what lies on the photo (mask pins, the divider) is a stop of its own.
 */

const order = ['top', 'left', 'filters', 'stage', 'toolbar', 'right', 'filmstrip', 'notes']
/** Where the hand is at home; an empty wall is not to be seen. */
const homes = '[data-home]:not([data-empty])'
const focusable = 'button:not([disabled]),input:not([disabled]),select,textarea,a[href],[tabindex="0"]'

interface Stop { target: HTMLElement, holds: (active: Element | null) => boolean }

export function moveRegion(step: 1 | -1): void {
  const stops = order.flatMap(stopsOf)
  const here = stops.findIndex(({ holds }) => holds(document.activeElement))
  const stage = document.getElementById('stage')
  const next = here < 0 ? Math.max(0, stops.findIndex(({ holds }) => holds(stage))) : (here + step + stops.length) % stops.length
  stops[next]?.target.focus({ preventScroll: true })
}

/** Where the hand is at home. Nobody asked to go there by F6: no ring is drawn around the photo. */
export function focusStage(): void {
  const target = homeOf('stage')
  if (target === null) return
  target.dataset['quiet'] = ''
  target.addEventListener('blur', () => delete target.dataset['quiet'], { once: true })
  target.focus({ preventScroll: true })
}

/** True while nothing but the photos themselves has the focus. */
export function isAtPhotos(): boolean {
  const stage = regionOf('stage')
  const photos = stage?.querySelector(homes) ?? null
  return photos !== null && [document.body, stage, photos].includes(document.activeElement)
}

function regionOf(name: string): HTMLElement | null {
  return document.querySelector<HTMLElement>(`[data-region="${name}"]`)
}

function homeOf(name: string): HTMLElement | null {
  const region = regionOf(name)
  if (region === null) return null
  return region.querySelector<HTMLElement>(homes) ?? (name === 'stage' ? region : region.querySelector<HTMLElement>(focusable) ?? region)
}

function stopsOf(name: string): Stop[] {
  const region = regionOf(name)
  const home = homeOf(name)
  if (region === null || home === null) return []
  if (name !== 'stage') return [{ target: home, holds: (active) => region.contains(active) }]
  const isHome = (element: Element | null): boolean => element === region || element === home
  const inner = [...region.querySelectorAll<HTMLElement>(focusable)].find((element) => !isHome(element) && element.checkVisibility({ visibilityProperty: true }))
  const stage: Stop = { target: home, holds: isHome }
  return inner === undefined ? [stage] : [stage, { target: inner, holds: (active) => region.contains(active) && !isHome(active) }]
}
