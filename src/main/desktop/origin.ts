/** Where the window lives: pages, pictures and code come from one scheme of our own, so that nothing is read by `file:`. */

export const scheme = 'photo'
export const windowAddress = `${scheme}://pictures/`

export function isOwnAddress(address: string): boolean {
  return URL.canParse(address) && new URL(address).protocol === `${scheme}:` && new URL(address).host === 'pictures'
}

/** The part of Electron's `WebFrameMain` that says who sent a message. */
export interface SenderFrame { readonly url: string, readonly parent: unknown }

/** @param development address of the development server, only in a checkout */
export function isOwnFrame(frame: SenderFrame | null, development?: string): boolean {
  if (frame === null || frame.parent !== null) return false
  return isOwnAddress(frame.url) || (development !== undefined && isBelow(frame.url, development))
}

function isBelow(address: string, base: string): boolean {
  return URL.canParse(address) && URL.canParse(base) && new URL(address).origin === new URL(base).origin
}

/** The only thing that may be saved to disk from the window: a report. */
export function mayDownload(address: string): boolean {
  return isOwnAddress(address) && /^\/photo\/report\/[\w-]+\/[\w-]+\.(html|json|csv)$/.test(new URL(address).pathname)
}
