/**
 * What the catalog's triggers ask of the program: functions over single values that SQL does not have. Every connection that writes has
 * them; a file that another SQLite opens can be read, not written.
 */
import { basename, dirname } from 'node:path'
import type { Database } from 'better-sqlite3'

export function addFunctions(db: Database): void {
  const options = { deterministic: true, directOnly: false }
  db.function('name_key', options, (name) => nameKey(String(name)))
  db.function('picture_version', options, (hash) => pictureVersion(String(hash)))
  db.function('folder_of', options, (path) => dirname(String(path)))
  db.function('name_of', options, (path) => basename(String(path)))
}

/**
 * Text that sorts, byte by byte, as people expect of names: without regard to case and accents, numbers by their value. The name itself
 * stands behind it, so that names that differ only in those sort always the same.
 */
export function nameKey(name: string): string {
  const plain = /^[\x20-\x7e]*$/.test(name) ? name : name.normalize('NFKD').replace(/\p{M}/gu, '')
  // A number is its count of digits, as a letter, and then its digits: 9 before 10.
  const key = plain.toLowerCase().replace(/\d+/g, (digits) => {
    const significant = digits.replace(/^0+(?=\d)/, '')
    return `0${String.fromCharCode(0x30 + Math.min(significant.length, 0x40))}${significant}`
  })
  return `${key}\u0001${name}`
}

/** 28 bits of a hash: the picture's address changes when the picture does, also between catalogs. 0 while there is no picture. */
function pictureVersion(hash: string): number {
  return Number.parseInt(hash.slice(0, 7), 16) || 0
}
