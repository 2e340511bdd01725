/** Addresses of pictures. They are the same on both doors but for the scheme; `version` makes each address immutable. */
import { bridge } from './bridge.ts'

const base = bridge === undefined ? '' : 'photo://pictures'

/** @param path from `/photo/` on */
export function pictureUrl(path: string): string {
  return base + path
}
/** JPEG, long side 320. */
export function thumbUrl(id: number, version: number): string {
  return `${base}/photo/thumb/${id}?v=${version}`
}
/** JPEG, long side 2048. */
export function previewUrl(id: number, version: number): string {
  return `${base}/photo/preview/${id}?v=${version}`
}
/** A tile of the whole photo; level n is reduced by 2^n. */
export function zoomUrl(id: number, level: number, column: number, row: number, version: number): string {
  return `${base}/photo/zoom/${id}/${level}/${column}/${row}?v=${version}`
}
/** A tile of a Develop session. */
export function tileUrl(session: string, side: 'source' | 'result', level: number, column: number, row: number, version: number): string {
  return `${base}/photo/tile/${encodeURIComponent(session)}/${side}/${level}/${column}/${row}?v=${version}`
}
