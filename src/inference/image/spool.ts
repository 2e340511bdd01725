/**
 * A decoded photo on disk, so that memory does not grow with it: the `.v` format of libvips, which sharp reads and writes by itself.
 * 64 bytes of header, rows from the top (interleaved, unpadded, host byte order), then an XML trailer that can carry an ICC profile.
 */
import { randomBytes } from 'node:crypto'
import { mkdir, open, readdir, rm, type FileHandle } from 'node:fs/promises'
import { endianness } from 'node:os'
import { join } from 'node:path'
import { RestillError } from '../../shared/errors.ts'

export interface SpoolShape { readonly width: number, readonly height: number, readonly channels: 1 | 2 | 3 | 4, readonly depth: 8 | 16 }

/** Rows of a picture: grey, grey + alpha, RGB or RGB + alpha; uint8 or uint16 over their full range. */
export interface Spool extends SpoolShape {
  readonly file: string
  /** Interleaved samples of `count` rows from row `y`; a fresh array that belongs to the caller. */
  readRows(y: number, count: number): Promise<Uint8Array | Uint16Array>
  /** Closes and removes the file. */
  dispose(): Promise<void>
}

export interface SpoolWriter {
  /** Whole rows, in order from the top. */
  writeRows(rows: Uint8Array | Uint16Array): Promise<void>
  finish(): Promise<Spool>
  abort(): Promise<void>
}

/** Where the first row lies. */
export const headerBytes = 64
const extension = '.v'
const swept = new Set<string>()
const hostIsLittle = endianness() === 'LE'

/** Bytes of one row. */
function stride(shape: SpoolShape): number {
  return shape.width * shape.channels * (shape.depth / 8)
}

/**
 * A fresh name in the spool folder; the first call per folder makes it and removes what dead processes left there.
 * @throws RestillError DISK_FULL, TARGET_READ_ONLY
 */
export async function spoolPath(folder: string): Promise<string> {
  if (!swept.has(folder)) {
    try {
      await mkdir(folder, { recursive: true })
      await sweep(folder)
    } catch (error) {
      throw writeFailure(folder, error)
    }
    swept.add(folder)
  }
  return join(folder, `spool-${process.pid}-${randomBytes(8).toString('hex')}${extension}`)
}

/**
 * Starts a spool file of the given shape.
 * @throws RestillError DISK_FULL, TARGET_READ_ONLY from here and from the writes
 */
export async function createSpool(folder: string, shape: SpoolShape): Promise<SpoolWriter> {
  const file = await spoolPath(folder)
  const handle = await open(file, 'wx+').catch((error: unknown) => { throw writeFailure(file, error) })
  const rowBytes = stride(shape)
  let position = headerBytes
  const abort = async (): Promise<void> => {
    await handle.close().catch(() => undefined)
    await rm(file, { force: true })
  }
  try {
    await writeAll(handle, header(shape), 0)
  } catch (error) {
    await abort()
    throw writeFailure(file, error)
  }
  return {
    async writeRows(rows) {
      const depth = rows.BYTES_PER_ELEMENT * 8
      if (depth !== shape.depth) throw new RangeError(`rows of ${depth} bits for a spool of ${shape.depth}`)
      if (rows.byteLength % rowBytes !== 0) throw new RangeError('not whole rows')
      if (position + rows.byteLength > headerBytes + rowBytes * shape.height) throw new RangeError('more rows than the spool has')
      const bytes = new Uint8Array(rows.buffer, rows.byteOffset, rows.byteLength)
      await writeAll(handle, bytes, position).catch((error: unknown) => { throw writeFailure(file, error) })
      position += rows.byteLength
    },
    async finish() {
      if (position !== headerBytes + rowBytes * shape.height) throw new RangeError('rows are missing')
      return spoolOf(file, handle, shape)
    },
    abort,
  }
}

/**
 * Opens a `.v` file that sharp wrote.
 * @param borrowed the file is another process's: disposing of the spool leaves it
 */
export async function openSpool(file: string, borrowed = false): Promise<Spool> {
  const handle = await open(file, borrowed ? 'r' : 'r+')
  try {
    const head = Buffer.alloc(headerBytes)
    await handle.read(head, 0, headerBytes, 0)
    const spool = spoolOf(file, handle, parseHeader(head))
    return borrowed ? { ...spool, dispose: () => handle.close() } : spool
  } catch (error) {
    await handle.close()
    throw error
  }
}

const profileUsers = new WeakMap<Spool, Promise<unknown>>()

/**
 * Runs `work` while the file's trailer holds this ICC profile (or none), where every encoder of sharp finds it; one at a time per spool.
 * Pixels are not touched.
 */
export async function withSpoolProfile<T>(spool: Spool, icc: Uint8Array | null, work: () => Promise<T>): Promise<T> {
  const turn = (profileUsers.get(spool) ?? Promise.resolve()).then(async () => {
    await writeProfile(spool, icc)
    return work()
  })
  profileUsers.set(spool, turn.catch(() => undefined))
  return turn
}

async function writeProfile(spool: Spool, icc: Uint8Array | null): Promise<void> {
  const end = headerBytes + stride(spool) * spool.height
  const handle = await open(spool.file, 'r+')
  try {
    await handle.truncate(end)
    if (icc !== null) await writeAll(handle, Buffer.from(trailer(icc), 'latin1'), end)
  } catch (error) {
    throw writeFailure(spool.file, error)
  } finally {
    await handle.close()
  }
}

/** Words for a failed write. */
export function writeFailure(file: string, error: unknown): unknown {
  if (error instanceof RestillError || !(error instanceof Error)) return error
  const code = 'code' in error ? String(error.code) : ''
  const text = `${code} ${error.message}`
  if (/ENOSPC|EDQUOT|EFBIG|no space left|disk full|quota exceeded|file too large/i.test(text)) {
    return new RestillError('DISK_FULL', { detail: { file }, cause: error })
  }
  if (/EACCES|EPERM|EROFS|ENOENT|ENOTDIR|EISDIR|permission denied|read-only file|no such file|unable to open for write/i.test(text)) {
    return new RestillError('TARGET_READ_ONLY', { detail: { file, reason: reasonOf(text) }, cause: error })
  }
  return error
}

function reasonOf(text: string): string {
  if (/EACCES|EPERM|permission denied/i.test(text)) return 'permission denied'
  if (/EROFS|read-only/i.test(text)) return 'the disk is read-only'
  if (/ENOENT|ENOTDIR|no such file/i.test(text)) return 'the folder is not there'
  return 'it cannot be opened for writing'
}

function spoolOf(file: string, handle: FileHandle, shape: SpoolShape): Spool {
  const rowBytes = stride(shape)
  return {
    ...shape, file,
    async readRows(y, count) {
      if (!Number.isInteger(y) || !Number.isInteger(count) || y < 0 || count < 1 || y + count > shape.height) {
        throw new RangeError(`rows ${y}..${y + count} of ${shape.height}`)
      }
      const bytes = new Uint8Array(rowBytes * count)
      let done = 0
      while (done < bytes.length) {
        const { bytesRead } = await handle.read(bytes, done, bytes.length - done, headerBytes + rowBytes * y + done)
        if (bytesRead === 0) throw new RestillError('FILE_UNREADABLE', { detail: { file, reason: 'the spool file is too short' } })
        done += bytesRead
      }
      return shape.depth === 8 ? bytes : new Uint16Array(bytes.buffer)
    },
    async dispose() {
      await handle.close().catch(() => undefined)
      await rm(file, { force: true })
    },
  }
}

/** Offsets and codes of libvips' `vips__read_header_bytes`: band format 0 uchar, 2 ushort; type 1 b-w, 22 sRGB, 25 rgb16, 26 grey16. */
function header(shape: SpoolShape): Uint8Array {
  const bytes = new Uint8Array(headerBytes)
  bytes.set(hostIsLittle ? [0xb6, 0xa6, 0xf2, 0x08] : [0x08, 0xf2, 0xa6, 0xb6])
  const view = new DataView(bytes.buffer)
  const grey = shape.channels < 3
  view.setInt32(4, shape.width, hostIsLittle)
  view.setInt32(8, shape.height, hostIsLittle)
  view.setInt32(12, shape.channels, hostIsLittle)
  view.setInt32(20, shape.depth === 8 ? 0 : 2, hostIsLittle)
  view.setInt32(28, shape.depth === 8 ? (grey ? 1 : 22) : (grey ? 26 : 25), hostIsLittle)
  view.setFloat32(32, 1, hostIsLittle)
  view.setFloat32(36, 1, hostIsLittle)
  return bytes
}

function parseHeader(head: Buffer): SpoolShape {
  const view = new DataView(head.buffer, head.byteOffset, head.length)
  const channels = view.getInt32(12, hostIsLittle)
  const format = view.getInt32(20, hostIsLittle)
  const isKnown = [1, 2, 3, 4].includes(channels) && (format === 0 || format === 2)
  if (!isKnown) throw new Error(`spool with ${channels} bands of format ${format}`)
  return {
    width: view.getInt32(4, hostIsLittle), height: view.getInt32(8, hostIsLittle),
    channels: channels as SpoolShape['channels'], depth: format === 0 ? 8 : 16,
  }
}

function trailer(icc: Uint8Array): string {
  return '<?xml version="1.0"?>\n<root xmlns="http://www.vips.ecs.soton.ac.uk/vips/8.18.0">\n  <header>\n'
    + '    <field type="VipsRefString" name="Hist"></field>\n  </header>\n  <meta>\n'
    + `    <field type="VipsBlob" name="icc-profile-data">${Buffer.from(icc).toString('base64')}</field>\n  </meta>\n</root>\n`
}

async function writeAll(handle: FileHandle, bytes: Uint8Array, position: number): Promise<void> {
  let done = 0
  while (done < bytes.length) {
    const { bytesWritten } = await handle.write(bytes, done, bytes.length - done, position + done)
    done += bytesWritten
  }
}

/** Removes spool files whose process is gone. */
async function sweep(folder: string): Promise<void> {
  for (const name of await readdir(folder)) {
    const pid = /^spool-(\d+)-[0-9a-f]+\.v$/.exec(name)?.[1]
    if (pid !== undefined && !isAlive(Number(pid))) await rm(join(folder, name), { force: true }).catch(() => undefined)
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM'
  }
}
