/**
 * Profiles of our own making for the colour spaces that results may be converted to: matrix and tone curve, ICC version 4.
 * Primaries and curves: IEC 61966-2-1 (sRGB), SMPTE EG 432-1 with the sRGB curve (Display P3), Adobe RGB (1998) 4.3, ITU-R BT.2020 with the
 * sRGB curve.
 */
import { randomBytes } from 'node:crypto'
import { existsSync } from 'node:fs'
import { rename, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { spoolPath } from './spool.ts'

export type ColourSpace = 'srgb' | 'display-p3' | 'adobe-rgb' | 'wide'

interface Space {
  name: string
  /** xy of red, green, blue; white is D65 (0.3127, 0.3290). */
  primaries: readonly [number, number, number, number, number, number]
  curve: 'srgb' | 'gamma'
}

const spaces: Record<ColourSpace, Space> = {
  'srgb': { name: 'sRGB', primaries: [0.64, 0.33, 0.30, 0.60, 0.15, 0.06], curve: 'srgb' },
  'display-p3': { name: 'Display P3', primaries: [0.68, 0.32, 0.265, 0.69, 0.15, 0.06], curve: 'srgb' },
  'adobe-rgb': { name: 'Adobe RGB (1998) compatible', primaries: [0.64, 0.33, 0.21, 0.71, 0.15, 0.06], curve: 'gamma' },
  'wide': { name: 'restill wide (BT.2020 primaries, sRGB curve)', primaries: [0.708, 0.292, 0.170, 0.797, 0.131, 0.046], curve: 'srgb' },
}
/** Bradford adaptation from D65 to the profile connection space's D50 (ICC.1 annex E). */
const d65ToD50 = [1.047882, 0.022919, -0.050217, 0.029586, 0.990482, -0.017057, -0.009245, 0.015074, 0.751702] as const
const made = new Map<ColourSpace, Buffer>()

export function profileName(space: ColourSpace): string {
  return spaces[space].name
}

/** Bytes of the profile; the same at every call. */
export function profileBytes(space: ColourSpace): Buffer {
  const known = made.get(space)
  if (known !== undefined) return known
  const bytes = build(space)
  made.set(space, bytes)
  return bytes
}

/** The profile as a file in `folder`, since sharp takes profiles by path. */
export async function profileFile(folder: string, space: ColourSpace): Promise<string> {
  const file = join(folder, `profile-${space}.icc`)
  if (existsSync(file)) return file
  const part = `${await spoolPath(folder)}.${randomBytes(4).toString('hex')}`
  await writeFile(part, profileBytes(space))
  await rename(part, file)
  return file
}

function build(space: ColourSpace): Buffer {
  const { name, primaries, curve } = spaces[space]
  const [red, green, blue] = columns(primaries)
  const tone = curve === 'srgb' ? para(3, [2.4, 1 / 1.055, 0.055 / 1.055, 1 / 12.92, 0.04045]) : para(0, [2.19921875])
  const adaptation = Buffer.concat([Buffer.from('sf32\0\0\0\0', 'latin1'), ...d65ToD50.map(fixed)])
  const parts: [string, Buffer][] = [
    ['desc', unicode(name)], ['cprt', unicode('No copyright, use freely')], ['wtpt', xyz([0.9642, 1, 0.8249])], ['chad', adaptation],
    ['rXYZ', xyz(red)], ['gXYZ', xyz(green)], ['bXYZ', xyz(blue)], ['rTRC', tone], ['gTRC', tone], ['bTRC', tone],
  ]
  const tableBytes = 4 + parts.length * 12
  const table = Buffer.alloc(tableBytes)
  table.writeUInt32BE(parts.length, 0)
  const bodies: Buffer[] = []
  const placed = new Map<Buffer, number>()
  let at = 128 + tableBytes
  parts.forEach(([signature, body], index) => {
    let offset = placed.get(body)
    if (offset === undefined) {
      offset = at
      placed.set(body, at)
      const padded = Buffer.concat([body, Buffer.alloc((4 - body.length % 4) % 4)])
      bodies.push(padded)
      at += padded.length
    }
    table.write(signature, 4 + index * 12, 'latin1')
    table.writeUInt32BE(offset, 8 + index * 12)
    table.writeUInt32BE(body.length, 12 + index * 12)
  })
  return Buffer.concat([head(at), table, ...bodies])
}

function head(size: number): Buffer {
  const bytes = Buffer.alloc(128)
  bytes.writeUInt32BE(size, 0)
  bytes.writeUInt32BE(0x04300000, 8)
  bytes.write('mntrRGB XYZ ', 12, 'latin1')
  for (const [index, value] of [2026, 1, 1, 0, 0, 0].entries()) bytes.writeUInt16BE(value, 24 + index * 2)
  bytes.write('acsp', 36, 'latin1')
  for (const [index, value] of [0.9642, 1, 0.8249].entries()) fixed(value).copy(bytes, 68 + index * 4)
  return bytes
}

/** Columns of the RGB to XYZ (D50) matrix: primaries scaled so that their sum is the white point (Lindbloom), then adapted. */
function columns([xr, yr, xg, yg, xb, yb]: Space['primaries']): [number[], number[], number[]] {
  const white = [0.3127 / 0.3290, 1, (1 - 0.3127 - 0.3290) / 0.3290]
  const basis = [[xr, yr], [xg, yg], [xb, yb]].map(([x = 0, y = 1]) => [x / y, 1, (1 - x - y) / y])
  const [r = [], g = [], b = []] = basis
  const whole = determinant(r, g, b)
  const scales = [determinant(white, g, b) / whole, determinant(r, white, b) / whole, determinant(r, g, white) / whole]
  const [red = [], green = [], blue = []] = basis.map((column, index) => adapt(column.map((value) => value * (scales[index] ?? 0))))
  return [red, green, blue]
}

function adapt([x = 0, y = 0, z = 0]: number[]): number[] {
  return [0, 3, 6].map((row) => (d65ToD50[row] ?? 0) * x + (d65ToD50[row + 1] ?? 0) * y + (d65ToD50[row + 2] ?? 0) * z)
}

function determinant([a = 0, b = 0, c = 0]: number[], [d = 0, e = 0, f = 0]: number[], [g = 0, h = 0, i = 0]: number[]): number {
  return a * (e * i - f * h) - b * (d * i - f * g) + c * (d * h - e * g)
}

function fixed(value: number): Buffer {
  const bytes = Buffer.alloc(4)
  bytes.writeInt32BE(Math.round(value * 65536))
  return bytes
}

function xyz(values: readonly number[]): Buffer {
  return Buffer.concat([Buffer.from('XYZ \0\0\0\0', 'latin1'), ...values.map(fixed)])
}

function para(kind: number, values: readonly number[]): Buffer {
  return Buffer.concat([Buffer.from(`para\0\0\0\0\0${String.fromCharCode(kind)}\0\0`, 'latin1'), ...values.map(fixed)])
}

function unicode(text: string): Buffer {
  const words = Buffer.from(text, 'utf16le').swap16()
  const bytes = Buffer.alloc(28)
  bytes.write('mluc', 0, 'latin1')
  bytes.writeUInt32BE(1, 8)
  bytes.writeUInt32BE(12, 12)
  bytes.write('enUS', 16, 'latin1')
  bytes.writeUInt32BE(words.length, 20)
  bytes.writeUInt32BE(28, 24)
  return Buffer.concat([bytes, words])
}
