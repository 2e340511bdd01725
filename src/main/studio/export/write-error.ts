/** What the system says about writing, as one of our codes. */
import { RestillError } from '../../../shared/errors.ts'

export function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : ''
}

/** Runs `action`; @throws DISK_FULL, TARGET_READ_ONLY with the name of the file */
export async function writing<T>(file: string, action: () => Promise<T>): Promise<T> {
  try {
    return await action()
  } catch (cause) {
    if (cause instanceof RestillError) throw cause
    const code = codeOf(cause)
    if (code === 'ENOSPC' || code === 'EDQUOT') throw new RestillError('DISK_FULL', { detail: { file }, cause })
    throw new RestillError('TARGET_READ_ONLY', { detail: { file, reason: reasons[code] ?? (cause instanceof Error ? cause.message : String(cause)) }, cause })
  }
}

const reasons: Record<string, string> = {
  EACCES: 'no permission', EPERM: 'no permission', EROFS: 'the disk is read-only', ENOTDIR: 'a folder of its path is a file',
  EISDIR: 'a folder has this name', EEXIST: 'a file has the name of its folder', ENAMETOOLONG: 'its path is too long', ELOOP: 'its folder is a link that leads nowhere',
}
