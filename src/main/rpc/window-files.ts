/** The built window as files: small enough to be read whole. */
import { existsSync } from 'node:fs'
import { readFile, realpath } from 'node:fs/promises'
import { extname, join, sep } from 'node:path'
import { RestillError } from '../../shared/errors.ts'
import type { Answer } from './answer.ts'

const types: Record<string, string> = {
  '.html': 'text/html; charset=utf-8', '.js': 'text/javascript; charset=utf-8', '.css': 'text/css; charset=utf-8', '.json': 'application/json',
  '.svg': 'image/svg+xml', '.png': 'image/png', '.ico': 'image/x-icon', '.woff2': 'font/woff2',
}

/** @throws RestillError WINDOW_NOT_BUILT */
export function requireBuilt(folder: string): void {
  const file = join(folder, 'index.html')
  if (!existsSync(file)) throw new RestillError('WINDOW_NOT_BUILT', { detail: { file } })
}

/**
 * @param path of an address, still encoded; `/` is the page itself
 * @returns null when `folder` holds no such file
 */
export async function windowFile(folder: string, path: string): Promise<Answer | null> {
  const name = path === '/' ? '/index.html' : decoded(path)
  const type = types[extname(name).toLowerCase()]
  if (type === undefined || name.includes('\0')) return null
  const root = await realpath(folder).catch(() => null)
  const file = await realpath(join(folder, name)).catch(() => null)
  if (root === null || file === null || !file.startsWith(root + sep)) return null
  // Names of built files carry a hash of what is in them; the page itself does not.
  const cache = name.startsWith('/assets/') ? 'private, max-age=31536000, immutable' : 'no-cache'
  const body = await readFile(file).catch(() => null)
  return body === null ? null : { status: 200, headers: { 'content-type': type, 'cache-control': cache }, body }
}

function decoded(path: string): string {
  try {
    return decodeURIComponent(path)
  } catch {
    return ''
  }
}
