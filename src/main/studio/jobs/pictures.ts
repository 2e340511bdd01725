/** Before and after pictures for the report: small JPEGs in the home folder that may be deleted at any time. */
import { copyFile, mkdir, writeFile } from 'node:fs/promises'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'

const kinds = ['before', 'after'] as const
type Kind = (typeof kinds)[number]

export class Pictures {
  readonly #folder: string

  constructor(home: string) {
    this.#folder = join(home, 'pictures')
  }

  /** A report without pictures is better than a photo that failed for want of them: errors are left to the log of the caller. */
  async store(jobId: number, pictures: Record<Kind, Uint8Array | null>): Promise<void> {
    for (const kind of kinds) {
      const jpeg = pictures[kind]
      if (jpeg === null) continue
      await mkdir(this.#folder, { recursive: true })
      await writeFile(this.#file(jobId, kind), jpeg)
    }
  }

  async copy(fromJobId: number, toJobId: number): Promise<void> {
    for (const kind of kinds) await copyFile(this.#file(fromJobId, kind), this.#file(toJobId, kind)).catch(() => undefined)
  }

  read(jobId: number, kind: Kind): Uint8Array | null {
    try {
      return readFileSync(this.#file(jobId, kind))
    } catch {
      return null
    }
  }

  #file(jobId: number, kind: Kind): string {
    return join(this.#folder, `${jobId}-${kind}.jpg`)
  }
}
