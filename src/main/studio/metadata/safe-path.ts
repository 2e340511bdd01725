/**
 * Names that ExifTool's argument input cannot hold (line breaks, `%d` and the like) are reached through a short symbolic link in a
 * temporary folder. Everything else passes as it is: arguments are never seen by a shell, and absolute paths cannot be taken for options.
 */
import { copyFile, mkdtemp, rm, symlink } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { basename, dirname, extname, join, resolve } from 'node:path'

export interface SafePaths extends AsyncDisposable {
  /** A path to read the file by. */
  file(path: string): Promise<string>
  /** A path to write a new file by: its folder may be awkward, its own name must not be. */
  newFile(path: string): Promise<string>
}

export function safePaths(): SafePaths {
  let folder: Promise<string> | null = null
  let count = 0
  const place = async (suffix: string): Promise<string> => {
    folder ??= mkdtemp(join(tmpdir(), 'restill-names-'))
    return join(await folder, `${count++}${suffix}`)
  }
  return {
    file: async (path) => {
      const full = resolve(path)
      if (!awkward(full)) return full
      const extension = extname(full)
      const link = await place(/^\.\w{1,10}$/.test(extension) ? extension : '')
      // Windows lets only some users make links to files.
      await symlink(full, link, 'file').catch(() => copyFile(full, link))
      return link
    },
    newFile: async (path) => {
      const full = resolve(path)
      if (!awkward(dirname(full))) return full
      const link = await place('')
      await symlink(dirname(full), link, 'junction')
      return join(link, basename(full))
    },
    [Symbol.asyncDispose]: async () => {
      if (folder !== null) await rm(await folder, { recursive: true, force: true })
    },
  }
}

/** Line breaks end an argument; `%d`, `%f`, `%e` and their kin are replaced in the names after `-o` and `-TagsFromFile`, with no way to escape them. */
function awkward(path: string): boolean {
  return /[\r\n]|%[-+]?\d*[.:]?\d*[lu]?[dDfFeEtgso]/.test(path)
}
