/** From where a request comes: names of this server alone (against DNS rebinding), and pages of this server alone. */
import type { IncomingHttpHeaders } from 'node:http'
import { hostname, networkInterfaces } from 'node:os'

const loopbackNames = ['127.0.0.1', 'localhost', '[::1]']

export function isLoopback(host: string): boolean {
  return ['localhost', '::1', '[::1]'].includes(host) || /^127(\.\d{1,3}){3}$/.test(host)
}

/**
 * Every `Host` under which this server may be called.
 * @param host what it listens on; `0.0.0.0` and `::` stand for every address of the machine
 */
export function allowedHosts(host: string, port: number): Set<string> {
  const everywhere = host === '0.0.0.0' || host === '::'
  const own = everywhere
    ? [hostname(), ...Object.values(networkInterfaces()).flatMap((addresses) => addresses ?? []).map(({ address }) => bracketed(address))]
    : [bracketed(host)]
  const names = [...loopbackNames, ...own].map((name) => name.toLowerCase())
  return new Set(names.flatMap((name) => port === 80 ? [name, `${name}:80`] : [`${name}:${port}`]))
}

export function bracketed(address: string): string {
  return address.includes(':') && !address.startsWith('[') ? `[${address}]` : address
}

/** A page of this server asked, by the `Origin` that a browser always sends with changing requests and sockets. */
export function isOwnOrigin({ origin, host }: IncomingHttpHeaders): boolean {
  return origin !== undefined && host !== undefined && origin === `http://${host}`
}

/** A picture or file asked for by a page of another server: browsers tell. An address that a person opened is none. */
export function isForeignFetch(headers: IncomingHttpHeaders): boolean {
  const site = headers['sec-fetch-site']
  if (site === undefined || site === 'same-origin' || site === 'none') return false
  return headers['sec-fetch-mode'] !== 'navigate' || headers['sec-fetch-dest'] !== 'document'
}
