/** Pictures of our own making, held in memory with the interface of a spool. */

export interface PictureShape { width: number, height: number, channels: 1 | 2 | 3 | 4, depth: 8 | 16 }
type Samples = Uint8Array | Uint16Array

/** A picture in memory; reads and disposes as a spool does. */
export class MemoryPicture {
  readonly width: number
  readonly height: number
  readonly channels: 1 | 2 | 3 | 4
  readonly depth: 8 | 16
  readonly samples: Samples
  readonly file = ''
  disposed = false

  constructor(shape: PictureShape, samples: Samples) {
    this.width = shape.width
    this.height = shape.height
    this.channels = shape.channels
    this.depth = shape.depth
    this.samples = samples
  }

  readRows(y: number, count: number): Promise<Samples> {
    if (y < 0 || y + count > this.height) return Promise.reject(new RangeError(`rows ${y}..${y + count} of ${this.height}`))
    const stride = this.width * this.channels
    return Promise.resolve(this.samples.slice(y * stride, (y + count) * stride))
  }

  dispose(): Promise<void> {
    this.disposed = true
    return Promise.resolve()
  }
}

/** Makes pictures row by row, in order; counts those not yet finished or aborted. */
export class MemoryRoom {
  open = 0
  /** Those that were finished. */
  readonly pictures: MemoryPicture[] = []

  readonly createSpool = (_folder: string, shape: PictureShape) => {
    this.open++
    const length = shape.width * shape.height * shape.channels
    const samples = shape.depth === 8 ? new Uint8Array(length) : new Uint16Array(length)
    let at = 0
    const { pictures } = this
    const done = () => { this.open-- }
    return Promise.resolve({
      writeRows(rows: Samples): Promise<void> {
        samples.set(rows, at)
        at += rows.length
        return Promise.resolve()
      },
      finish(): Promise<MemoryPicture> {
        done()
        if (at !== length) return Promise.reject(new RangeError(`${at} of ${length} samples written`))
        const picture = new MemoryPicture(shape, samples)
        pictures.push(picture)
        return Promise.resolve(picture)
      },
      abort(): Promise<void> {
        done()
        return Promise.resolve()
      },
    })
  }
}

/** -1..1, the same on every machine. */
export function randoms(seed: number): () => number {
  let state = (seed * 2_654_435_761 + 1) >>> 0
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return state / 2 ** 31 - 1
  }
}

/** A scene with ramps, edges, stripes and fine texture; alpha is a ramp. */
export function scene(shape: PictureShape, seed = 1): MemoryPicture {
  const { width, height, channels, depth } = shape
  const top = depth === 8 ? 255 : 65_535
  const samples = depth === 8 ? new Uint8Array(width * height * channels) : new Uint16Array(width * height * channels)
  const random = randoms(seed)
  const discs = Array.from({ length: 24 }, () => ({ x: (random() + 1) / 2 * width, y: (random() + 1) / 2 * height, r: 4 + (random() + 1) * 20, v: random() * 0.3 }))
  const colours = channels >= 3 ? 3 : 1
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      let value = 0.3 + 0.4 * (x + y) / (width + height) + 0.02 * random()
      for (const { x: cx, y: cy, r, v } of discs) if ((x - cx) ** 2 + (y - cy) ** 2 < r * r) value += v
      if (x % 64 < 16 && y % 4 < 2) value += 0.1
      for (let channel = 0; channel < channels; channel++) {
        const shade = channel < colours ? value + 0.05 * channel * Math.sin(x / 9) : x / width
        samples[(y * width + x) * channels + channel] = Math.max(0, Math.min(top, Math.round(shade * top)))
      }
    }
  }
  return new MemoryPicture(shape, samples)
}

/** PSNR in dB of two pictures of one shape; infinite where they are equal. */
export function psnr(a: Samples, b: Samples, top: number): number {
  let sum = 0
  for (let at = 0; at < a.length; at++) sum += (a[at]! - b[at]!) ** 2
  return 10 * Math.log10(top * top * a.length / sum)
}
