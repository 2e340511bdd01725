/** The few rules that keep a page whole whatever a file is called. */
import { isAbsolute, relative, sep } from 'node:path'
import { pathToFileURL } from 'node:url'
import { visible } from './visible.ts'

const entities: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' }

/** Text for the inside of an element or a quoted attribute; hidden characters are made visible first. */
export function escapeHtml(text: string): string {
  return visible(text).replace(/[&<>"']/g, (character) => entities[character] ?? character)
}

/** Address of `file` from a page in `folder`, for a quoted attribute: relative where possible, so that the whole tree can be moved. */
export function href(folder: string, file: string): string {
  const path = relative(folder, file.toWellFormed())
  if (isAbsolute(path)) return escapeHtml(pathToFileURL(file.toWellFormed()).href)
  return escapeHtml(
    path
      .split(sep)
      .map((part) => (part === '..' ? part : encodeURIComponent(part)))
      .join('/'),
  )
}
