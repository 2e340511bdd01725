/**
 * Numbers and words of items, for both sides. Nothing is checked here, so that the window's first screen waits for no schemas: those are in
 * `items.ts` and `library.ts`.
 */
export const itemKinds = ['original', 'copy', 'result'] as const
export type ItemKind = (typeof itemKinds)[number]
/** Items of one kind at most. */
export const span = 700_000_000

/** Row ids of three tables in one range of 32-bit numbers. */
export function itemId(kind: ItemKind, rowId: number): number {
  return itemKinds.indexOf(kind) * span + rowId
}
export function itemOf(id: number): { kind: ItemKind, rowId: number } {
  const kind = itemKinds[Math.floor(id / span)]
  if (kind === undefined || id % span === 0) throw new RangeError(`no item has the number ${id}`)
  return { kind, rowId: id % span }
}

export const flags = ['reject', 'none', 'pick'] as const
export const labels = ['none', 'red', 'yellow', 'green', 'blue', 'purple'] as const
export const blurKinds = ['unknown', 'sharp', 'shake', 'defocus', 'moving', 'low-light'] as const
export type Flag = (typeof flags)[number]
export type Label = (typeof labels)[number]
export type BlurKind = (typeof blurKinds)[number]

/** Bits of `state`. */
export const itemState = { restored: 1, suspect: 2, failed: 4, queued: 8, missing: 16, unreadable: 32, skipped: 64, edited: 128 } as const

/** Columns of the index and their element types. */
export const indexColumns = {
  id: 'i32', version: 'i32', folder: 'i32', stack: 'i32', nameRank: 'i32', camera: 'u16', lens: 'u16', position: 'u16', state: 'u16',
  flag: 'u8', stars: 'u8', label: 'u8', kind: 'u8',
  severity: 'f32', gain: 'f32', shutterSeconds: 'f32', iso: 'f32', aspect: 'f32', megapixels: 'f32', captured: 'f64', added: 'f64',
} as const

export const sorts = ['captured', 'added', 'name', 'stars', 'gain', 'severity', 'kind', 'camera', 'lens', 'shutter', 'megapixels', 'custom'] as const
