/** F6 goes from region to region of the window, Shift+F6 back; inside a region Tab does as everywhere. */

const order = ['top', 'left', 'filters', 'stage', 'toolbar', 'right', 'filmstrip']
const focusable = 'button:not([disabled]),input:not([disabled]),select,textarea,a[href],[tabindex="0"]'

export function moveRegion(step: 1 | -1): void {
  const regions = order.map((name) => document.querySelector<HTMLElement>(`[data-region="${name}"]`)).filter((region) => region !== null)
  const here = regions.findIndex((region) => region.contains(document.activeElement))
  const next = regions[here < 0 ? Math.max(0, regions.findIndex((region) => region.dataset['region'] === 'stage')) : (here + step + regions.length) % regions.length]
  if (next !== undefined) focusInside(next)
}

/** Where the hand is at home. */
export function focusStage(): void {
  const stage = document.getElementById('stage')
  if (stage !== null) focusInside(stage)
}

function focusInside(region: HTMLElement): void {
  const first = region.querySelector<HTMLElement>('[data-home]') ?? (region.id === 'stage' ? region : region.querySelector<HTMLElement>(focusable))
  const target = first ?? region
  target.focus({ preventScroll: true })
}
