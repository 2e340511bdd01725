/** What the library is asked at first, without schemas. */
import type { Filter, Sort } from './library.ts'

/** What every photo passes. */
export const noFilter: Filter = {
  flags: [], minStars: 0, labels: [], kinds: [], minSeverity: null, minGain: null, states: [], cameras: [], lenses: [], shutterFrom: null, shutterTo: null,
  capturedFrom: null, capturedTo: null, addedFrom: null, text: '',
}
export const firstSort: Sort = { by: 'captured', descending: false }
