/** Recognises by its mark what restill itself delivered: results are never imported as photos. */
import type { FileEnds } from './file-ends.ts'

/** Our XMP namespace: every result bears it, where ExifTool could write it. */
export const ownNamespace = 'https://restill.app/ns/1.0/'

/** True when our mark is near the begin or the end of the file, where XMP packets lie. */
export function bearsOwnMark({ head, tail }: FileEnds): boolean {
  return head.includes(ownNamespace) || tail.includes(ownNamespace)
}
