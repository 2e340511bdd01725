/** Another picture from the same JPEG without encoding anything: its quantisation tables scaled (contrast, colour), and a comment of its own. */
import { randomOf } from './random.ts'

/** `seed` decides the picture; two seeds never give the same bytes. */
export function altered(jpeg: Buffer, seed: number): Buffer {
  const random = randomOf(seed)
  const contrast = 0.6 + 0.8 * random()
  const colour = 2 * random()
  const comment = Buffer.from(`photo ${seed}`)
  const head = Buffer.alloc(6 + comment.length)
  head.writeUInt32BE(0xffd8fffe)
  head.writeUInt16BE(comment.length + 2, 4)
  comment.copy(head, 6)
  const picture = Buffer.concat([head, jpeg.subarray(2)])
  for (let at = 2; picture[at] === 0xff && picture[at + 1] !== 0xda;) {
    const length = picture.readUInt16BE(at + 2)
    if (picture[at + 1] === 0xdb) scaleTables(picture.subarray(at + 4, at + 2 + length), contrast, colour)
    at += 2 + length
  }
  return picture
}

/** 8-bit tables of 64 values behind one byte of number; the first is luminance. */
function scaleTables(tables: Buffer, contrast: number, colour: number): void {
  for (let at = 0; at + 65 <= tables.length; at += 65) {
    const factor = (tables[at]! & 15) === 0 ? contrast : colour
    for (let index = at + 1; index < at + 65; index++) tables[index] = Math.max(1, Math.min(255, Math.round(tables[index]! * factor)))
  }
}
