declare module 'fft.js' {
  /** Radix-4 transform of a power of two of complex numbers: real and imaginary parts in turn. */
  export default class FFT {
    constructor(size: number)
    /** `out` and `data` hold `2 * size` numbers and are not the same. */
    transform(out: Float64Array, data: Float64Array): void
    /** Divided by the size. */
    inverseTransform(out: Float64Array, data: Float64Array): void
  }
}
