/**
 * How close a picture is to a reference. PSNR over all RGB values at 8 bits; SSIM on luma after Wang et al. 2004 (window 11, sigma 1.5,
 * K1 0.01, K2 0.03, valid windows only, mean over the picture). Rows stream through, so memory does not grow with the height.
 */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { RestillError } from '../../shared/errors.ts'
import { throwIfAborted } from './abort.ts'
import { openPhoto } from './open.ts'
import type { Spool } from './spool.ts'

interface Comparison { width: number, height: number, psnr: number | null, ssim: number }

const window = 11
const sigma = 1.5
const windowWeights = gaussian(window)
const c1 = (0.01 * 255) ** 2
const c2 = (0.03 * 255) ** 2

/**
 * Both are opened upright with their own encoded values; alpha is left out, grey counts as three equal channels.
 * @returns PSNR in dB, null for identical pictures
 * @throws RestillError what `openPhoto` throws; USAGE when the sizes differ
 */
export async function compareFiles(file: string, reference: string, signal: AbortSignal): Promise<Comparison> {
  const folder = await mkdtemp(join(tmpdir(), 'restill-compare-'))
  try {
    const one = await openPhoto(file, { folder, signal })
    try {
      const two = await openPhoto(reference, { folder, signal })
      try {
        return await compareSpools(one.spool, two.spool, signal, { file, reference })
      } finally {
        await two.dispose()
      }
    } finally {
      await one.dispose()
    }
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

async function compareSpools(one: Spool, two: Spool, signal: AbortSignal, names: { file: string, reference: string }): Promise<Comparison> {
  const { width, height } = one
  if (width !== two.width || height !== two.height) {
    throw new RestillError('USAGE', {
      detail: { reason: `${names.file} (${width} x ${height}) and ${names.reference} (${two.width} x ${two.height}) differ in size` },
    })
  }
  const rowsAtOnce = Math.max(1, Math.min(256, Math.floor(4_000_000 / width)))
  const ssim = new RunningSsim(width)
  let squares = 0
  for (let y = 0; y < height; y += rowsAtOnce) {
    throwIfAborted(signal)
    const count = Math.min(rowsAtOnce, height - y)
    const a = toRgb8(await one.readRows(y, count), one)
    const b = toRgb8(await two.readRows(y, count), two)
    for (let index = 0; index < a.length; index++) {
      const difference = (a[index] ?? 0) - (b[index] ?? 0)
      squares += difference * difference
    }
    for (let row = 0; row < count; row++) ssim.add(luma(a, row, width), luma(b, row, width))
  }
  const mean = squares / (width * height * 3)
  return { width, height, psnr: mean === 0 ? null : 10 * Math.log10(255 * 255 / mean), ssim: mean === 0 ? 1 : ssim.mean() }
}

/** Interleaved RGB, 8 bits; 16-bit values are rounded. */
function toRgb8(rows: Uint8Array | Uint16Array, shape: { channels: number, depth: 8 | 16 }): Uint8Array {
  const { channels } = shape
  if (channels === 3 && rows instanceof Uint8Array) return rows
  const pixels = rows.length / channels
  const colour = channels >= 3 ? 1 : 0
  const out = new Uint8Array(pixels * 3)
  const scale = shape.depth === 16 ? 1 / 257 : 1
  for (let pixel = 0; pixel < pixels; pixel++) {
    for (let channel = 0; channel < 3; channel++) {
      out[pixel * 3 + channel] = Math.round((rows[pixel * channels + channel * colour] ?? 0) * scale)
    }
  }
  return out
}

/** One row of BT.601 luma, 0..255. */
function luma(rgb: Uint8Array, row: number, width: number): Float64Array {
  const out = new Float64Array(width)
  for (let x = 0, at = row * width * 3; x < width; x++, at += 3) {
    out[x] = 0.299 * (rgb[at] ?? 0) + 0.587 * (rgb[at + 1] ?? 0) + 0.114 * (rgb[at + 2] ?? 0)
  }
  return out
}

/** Keeps the last window of horizontally filtered rows of the five moments; pictures smaller than the window use what fits. */
class RunningSsim {
  readonly #kernel: Float64Array
  readonly #rows: Float64Array[] = []
  readonly #width: number
  #sum = 0
  #count = 0

  constructor(width: number) {
    this.#kernel = gaussian(Math.min(window, width))
    this.#width = width
  }

  add(a: Float64Array, b: Float64Array): void {
    if (this.#rows.length === window) this.#rows.shift()
    this.#rows.push(this.#filtered(a, b))
    if (this.#rows.length === window) this.#fold(this.#rows, windowWeights)
  }

  mean(): number {
    if (this.#count === 0 && this.#rows.length > 0) this.#fold(this.#rows, gaussian(this.#rows.length))
    return this.#sum / this.#count
  }

  /** Five moments (a, b, aa, bb, ab) of a row, filtered along x; planar. */
  #filtered(a: Float64Array, b: Float64Array): Float64Array {
    const taps = this.#kernel.length
    const valid = this.#width - taps + 1
    const out = new Float64Array(valid * 5)
    for (let x = 0; x < valid; x++) {
      let ma = 0, mb = 0, aa = 0, bb = 0, ab = 0
      for (let tap = 0; tap < taps; tap++) {
        const weight = this.#kernel[tap] ?? 0
        const va = a[x + tap] ?? 0
        const vb = b[x + tap] ?? 0
        ma += weight * va
        mb += weight * vb
        aa += weight * va * va
        bb += weight * vb * vb
        ab += weight * va * vb
      }
      out[x] = ma
      out[valid + x] = mb
      out[2 * valid + x] = aa
      out[3 * valid + x] = bb
      out[4 * valid + x] = ab
    }
    return out
  }

  #fold(rows: Float64Array[], kernel: Float64Array): void {
    const valid = (rows[0]?.length ?? 0) / 5
    const moments = new Float64Array(valid * 5)
    rows.forEach((row, index) => {
      const weight = kernel[index] ?? 0
      for (let at = 0; at < moments.length; at++) moments[at] = (moments[at] ?? 0) + weight * (row[at] ?? 0)
    })
    for (let x = 0; x < valid; x++) {
      const ma = moments[x] ?? 0
      const mb = moments[valid + x] ?? 0
      const va = (moments[2 * valid + x] ?? 0) - ma * ma
      const vb = (moments[3 * valid + x] ?? 0) - mb * mb
      const cov = (moments[4 * valid + x] ?? 0) - ma * mb
      this.#sum += ((2 * ma * mb + c1) * (2 * cov + c2)) / ((ma * ma + mb * mb + c1) * (va + vb + c2))
    }
    this.#count += valid
  }
}

function gaussian(taps: number): Float64Array {
  const weights = Float64Array.from({ length: taps }, (_, index) => Math.exp(-((index - (taps - 1) / 2) ** 2) / (2 * sigma * sigma)))
  const sum = weights.reduce((total, weight) => total + weight, 0)
  return weights.map((weight) => weight / sum)
}
