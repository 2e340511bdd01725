/** Where ollama is asked: on this machine unless a person names another one. */
import { RestillError } from '../../../shared/errors.ts'

export interface CaptionHost {
  /** Without a slash at its end: `http://127.0.0.1:11434`. */
  address: string
  /** For people: `127.0.0.1:11434`. */
  name: string
  /** False where photos leave the machine. */
  isLocal: boolean
}

const usualPort = '11434'

/**
 * @param text an http or https address; a plain `name` or `name:port` is taken as http, at ollama's usual port
 * @throws RestillError CAPTION_HOST_INVALID; CAPTION_CLOUD for ollama's own cloud
 */
export function hostOf(text: string): CaptionHost {
  const trimmed = text.trim()
  const isPlain = !trimmed.includes('://')
  const url = URL.parse(isPlain ? `http://${trimmed}` : trimmed)
  const invalid = (reason: string, host = text) => new RestillError('CAPTION_HOST_INVALID', { detail: { host, reason } })
  if (url === null || trimmed === '') throw invalid('it is no address')
  if (!['http:', 'https:'].includes(url.protocol)) throw invalid('it begins with neither http:// nor https://')
  // Not `url.port`: it leaves out a port 80 that somebody wrote.
  if (isPlain && !/:\d+(\/|$)/.test(trimmed)) url.port = usualPort
  // It is shown on screens and kept in the catalog.
  if (url.username !== '' || url.password !== '') throw invalid('a name and password do not belong into it', url.host)
  if (/(^|\.)ollama\.com\.?$/.test(url.hostname)) throw new RestillError('CAPTION_CLOUD', { detail: { model: url.hostname } })
  return { address: `${url.origin}${url.pathname.replace(/\/+$/, '')}`, name: url.host, isLocal: isLoopback(url.hostname) }
}

/** @param hostname as `URL` writes it: addresses in full, IPv6 in brackets */
function isLoopback(hostname: string): boolean {
  return ['localhost', '[::1]'].includes(hostname) || /^127(\.\d{1,3}){3}$/.test(hostname)
}
