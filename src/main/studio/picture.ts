/** An encoded picture on its way to a window. */
export interface Picture {
  /** As HTTP names it: `image/jpeg`, `image/webp`, `image/png`. */
  type: string
  bytes: Uint8Array
}
