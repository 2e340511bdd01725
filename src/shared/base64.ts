/** Bytes out of base64, in whatever way this platform does it fastest. */

/** What browsers and Node both have, and newer ones do faster; shared code is typed for neither. */
interface Platform { atob(text: string): string }
const platform = globalThis as unknown as Platform
interface Base64Maker { fromBase64?(text: string): Uint8Array<ArrayBuffer> }

/** @throws when `text` is no base64 */
export function fromBase64(text: string): Uint8Array<ArrayBuffer> {
  const maker = Uint8Array as Base64Maker
  if (maker.fromBase64 !== undefined) return maker.fromBase64(text)
  const letters = platform.atob(text)
  const bytes = new Uint8Array(letters.length)
  for (let at = 0; at < letters.length; at++) bytes[at] = letters.charCodeAt(at)
  return bytes
}
