/** Bytes of a file by offset, either all in memory or read piecewise from disk: header walkers do not care which. */
import { closeSync, openSync, readSync } from 'node:fs'
import { open, type FileHandle } from 'node:fs/promises'
import { RestillError } from '../../shared/errors.ts'
import { maxBytesInMemory } from './limits.ts'

export interface ByteSource {
  readonly file: string
  readonly size: number
  /** The whole file where it is small enough to be held; null where it must be streamed. */
  readonly memory: Buffer | null
  /** Up to `length` bytes from `offset`; fewer (or none) at the end of the file. Not to be changed. */
  bytes(offset: number, length: number): Buffer
  close(): void
}

/**
 * Opens a file for header walks; small files are read once and kept.
 * @throws RestillError FILE_NOT_FOUND, FILE_UNREADABLE, FILE_EMPTY
 */
export async function openSource(file: string, memoryLimit = maxBytesInMemory): Promise<ByteSource> {
  let handle: FileHandle | null = null
  try {
    handle = await open(file, 'r')
    const stat = await handle.stat()
    if (!stat.isFile()) throw new RestillError('FILE_UNREADABLE', { detail: { file, reason: 'it is not a plain file' } })
    if (stat.size === 0) throw new RestillError('FILE_EMPTY', { detail: { file } })
    return stat.size > memoryLimit ? fromDisk(file, stat.size) : fromMemory(file, await readAll(handle, stat.size))
  } catch (error) {
    throw fileFailure(file, error)
  } finally {
    await handle?.close()
  }
}

export function fromMemory(file: string, memory: Buffer): ByteSource {
  return { file, size: memory.length, memory, bytes: (offset, length) => slice(memory, offset, length), close: () => undefined }
}

/** Words for a failed system call on an existing path. */
function fileFailure(file: string, error: unknown): unknown {
  if (error instanceof RestillError || !(error instanceof Error) || !('code' in error)) return error
  if (error.code === 'ENOENT' || error.code === 'ENOTDIR') return new RestillError('FILE_NOT_FOUND', { detail: { file }, cause: error })
  if (error.code === 'ELOOP') return new RestillError('LINK_LOOP', { detail: { file }, cause: error })
  const reason = error.code === 'EACCES' || error.code === 'EPERM' ? 'permission denied' : String(error.code)
  return new RestillError('FILE_UNREADABLE', { detail: { file, reason }, cause: error })
}

/** Header walks read a few small pieces: synchronously, so that the walkers stay plain functions. */
function fromDisk(file: string, size: number): ByteSource {
  const handle = openSync(file, 'r')
  return {
    file, size, memory: null,
    bytes(offset, length) {
      const wanted = Math.max(0, Math.min(length, size - offset))
      const buffer = Buffer.allocUnsafe(wanted)
      return buffer.subarray(0, wanted === 0 ? 0 : readSync(handle, buffer, 0, wanted, offset))
    },
    close: () => { closeSync(handle) },
  }
}

async function readAll(handle: FileHandle, size: number): Promise<Buffer> {
  const buffer = Buffer.allocUnsafeSlow(size)
  let done = 0
  while (done < size) {
    const { bytesRead } = await handle.read(buffer, done, size - done, done)
    if (bytesRead === 0) break
    done += bytesRead
  }
  return buffer.subarray(0, done)
}

function slice(memory: Buffer, offset: number, length: number): Buffer {
  return offset < 0 || length <= 0 ? memory.subarray(0, 0) : memory.subarray(offset, offset + length)
}
