/** From a filter to SQL. Values are always bound; the text has one shape per combination of filters, so that statements are reused. */
import { sep } from 'node:path'
import type { Photo } from './photo.ts'

export interface PhotoFilter {
  /** Photos that lie directly in this folder. */
  folder?: string
  /** Photos in this folder and everywhere below it. */
  under?: string
  state?: Photo['state']
  /** Words that begin words of the name, title, caption or keywords; all must. */
  text?: string
  minRating?: number
  ids?: readonly number[]
  order?: 'path' | 'captured' | 'imported'
  limit?: number
  offset?: number
}

const orders = { path: 'path', captured: 'captured_at, path', imported: 'id' } as const

/** `select` is our own text, never a user's. */
export function photoQuery(select: string, filter: PhotoFilter): { sql: string, values: (string | number)[] } {
  const where: string[] = []
  const values: (string | number)[] = []
  const add = (condition: string, ...bound: (string | number)[]): void => {
    where.push(condition)
    values.push(...bound)
  }
  if (filter.folder !== undefined) add('folder = ?', filter.folder)
  if (filter.under !== undefined) {
    const prefix = filter.under.endsWith(sep) ? filter.under : filter.under + sep
    add('path >= ? AND path < ?', prefix, afterPrefix(prefix))
  }
  if (filter.state !== undefined) add('state = ?', filter.state)
  if (filter.minRating !== undefined) add('rating >= ?', filter.minRating)
  if (filter.ids !== undefined) add('id IN (SELECT value FROM json_each(?))', JSON.stringify(filter.ids))
  const match = filter.text === undefined ? '' : matchExpression(filter.text)
  if (match !== '') add('id IN (SELECT rowid FROM items_text WHERE items_text MATCH ?)', match)
  let sql = `SELECT ${select} FROM photos`
  if (where.length > 0) sql += ` WHERE ${where.join(' AND ')}`
  if (filter.order !== undefined) sql += ` ORDER BY ${orders[filter.order]}`
  if (filter.limit !== undefined || filter.offset !== undefined) {
    sql += ' LIMIT ? OFFSET ?'
    values.push(filter.limit ?? -1, filter.offset ?? 0)
  }
  return { sql, values }
}

/** Every word of `text` as a quoted prefix: no character of it is an operator of the search language. */
export function matchExpression(text: string): string {
  return (text.match(/[\p{L}\p{N}\p{Co}\p{M}]+/gu) ?? []).map((word) => `"${word}"*`).join(' ')
}

/** The least text above every text that begins with `prefix`, which ends in a separator. SQLite compares text by its UTF-8 bytes. */
function afterPrefix(prefix: string): string {
  return prefix.slice(0, -1) + String.fromCharCode(prefix.charCodeAt(prefix.length - 1) + 1)
}
