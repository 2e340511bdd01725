/** Which files an import takes: by extension, or by their first bytes where that says nothing. What they hold is the guest's to say. */
import { extname } from 'node:path'
import { isReportFolder } from '../report/folder-names.ts'

const photoExtensions = new Set([
  '.jpg', '.jpeg', '.jpe', '.jfif', '.jif', '.mpo', '.png', '.apng', '.tif', '.tiff', '.webp', '.avif', '.heic', '.heif', '.hif', '.heics',
  // Pictures that restill does not open: taken, so that they are told as such instead of passed over.
  '.gif', '.bmp', '.jxl', '.jp2', '.jpx', '.j2k',
])
const rawExtensions = new Set([
  '.3fr', '.arw', '.cr2', '.cr3', '.crw', '.dcr', '.dng', '.erf', '.fff', '.iiq', '.k25', '.kdc', '.mef', '.mos', '.mrw', '.nef', '.nrw',
  '.orf', '.pef', '.raf', '.raw', '.rw2', '.rwl', '.sr2', '.srf', '.srw', '.x3f',
])
const sidecarExtensions = new Set(['.xmp', '.pp3', '.dop', '.aae', '.cos', '.arp'])
/** Thumbnails that cameras lay beside films. */
const companionExtensions = new Set(['.thm'])
const clutter = new Set(['thumbs.db', 'ehthumbs.db', 'desktop.ini', 'picasa.ini', 'zbthumbnail.info'])
const systemFolders = new Set(['@eadir', '#recycle', '$recycle.bin', 'system volume information', 'lost+found', '__macosx'])

export const isRawName = (name: string): boolean => rawExtensions.has(extname(name).toLowerCase())
export const isPhotoName = (name: string): boolean => photoExtensions.has(extname(name).toLowerCase()) || isRawName(name)

/** Why a file of this name is never a photo of its own, whoever names it; null when it may be one. */
export function neverPhoto(name: string): string | null {
  const extension = extname(name).toLowerCase()
  if (name.startsWith('._')) return 'companion file of macOS'
  if (name.startsWith('.restill-')) return 'unfinished file of restill'
  if (name === '.DS_Store' || clutter.has(name.toLowerCase())) return 'file of the system'
  if (sidecarExtensions.has(extension)) return 'sidecar'
  if (companionExtensions.has(extension)) return 'thumbnail of a camera'
  return null
}

/** Why a walk passes this file by although it may be a photo when a person names it; null when it does not. */
export const hiddenFile = (name: string): string | null => name.startsWith('.') ? 'hidden' : null

/** Why a walk does not go into this folder; null when it does. */
export function closedFolder(name: string): string | null {
  if (name.startsWith('.')) return 'hidden folder'
  if (isReportFolder(name)) return 'report of restill'
  return systemFolders.has(name.toLowerCase()) ? 'folder of the system' : null
}

/** JPEG, PNG, TIFF and what is built on it, BigTIFF, Fujifilm raw. */
const beginnings = ['\xff\xd8\xff', '\x89PNG\r\n\x1a\n', 'II*\0', 'MM\0*', 'II+\0', 'MM\0+', 'FUJIFILMCCD-RAW']

/** True when `head` (16 bytes or more) begins like a photo that restill knows, whatever its name says. */
export function beginsLikePhoto(head: Buffer): boolean {
  const text = head.toString('latin1')
  return beginnings.some((beginning) => text.startsWith(beginning))
    || (text.startsWith('RIFF') && text.slice(8, 12) === 'WEBP')
    || (text.slice(4, 8) === 'ftyp' && /^(avi[fs]|hei[cxms]|hev[cxms]|mif1|msf1|crx)/.test(text.slice(8)))
}
