/** One line about a photo: name, camera, exposure, size. */
import { useLibrary } from '../state/library.ts'
import { number, t } from '../words/words.ts'
import { nameOf } from './actions.ts'
import { cameraOf, kindLetters } from './wall/cell-data.ts'
import { blurKinds } from '../../shared/contract/item-words.ts'

export function describePhoto(id: number): string {
  const { table } = useLibrary.getState()
  const row = table.rows.get(id)
  if (row === undefined) return nameOf(id)
  const { columns } = table
  const kind = blurKinds[columns.kind[row]!]!
  const parts = [nameOf(id), cameraOf(table, row), shutterText(columns.shutterSeconds[row]!), isoText(columns.iso[row]!), kindLetters[kind] === '' ? null : t(`library.kind.${kind}`)]
  return parts.filter((part) => part !== null).join(' · ')
}

/** `1/250 s`, `0.5 s`; null when it is not known. */
export function shutterText(seconds: number | null): string | null {
  if (seconds === null || Number.isNaN(seconds) || seconds <= 0) return null
  return seconds < 0.3 ? t('library.shutterFraction', { denominator: number(Math.round(1 / seconds)) }) : t('library.seconds', { seconds: number(seconds, seconds % 1 === 0 ? 0 : 1) })
}

function isoText(iso: number): string | null {
  return Number.isNaN(iso) ? null : `ISO ${number(iso)}`
}
