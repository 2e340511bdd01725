/** The first and the last bytes of a file, read once and looked at by everybody: metadata lie there in nearly every photo. */
import { open } from 'node:fs/promises'

const headBytes = 256 * 1024
const tailBytes = 64 * 1024

export interface FileEnds {
  file: string
  size: number
  /** The first 256 KiB, or the whole file where it is smaller. */
  head: Buffer
  /** The last 64 KiB of what the head does not hold. */
  tail: Buffer
}

/** Throws what the file system says. */
export async function readEnds(file: string): Promise<FileEnds> {
  const handle = await open(file)
  try {
    const { size } = await handle.stat()
    const read = async (from: number, count: number): Promise<Buffer> => {
      const buffer = Buffer.allocUnsafe(count)
      const { bytesRead } = await handle.read(buffer, 0, count, from)
      return buffer.subarray(0, bytesRead)
    }
    const head = await read(0, Math.min(size, headBytes))
    const rest = size - head.length
    const tail = rest > 0 ? await read(size - Math.min(rest, tailBytes), Math.min(rest, tailBytes)) : Buffer.alloc(0)
    return { file, size, head, tail }
  } finally {
    await handle.close()
  }
}
