/** Blur reports as a table: a row a photo, for people and for spreadsheets. */
import type { ReportKind } from '../../../shared/blur-report.ts'
import { csvOf } from '../report/csv.ts'
import type { TriageOutcome } from '../work.ts'
import { expectedGain, isUnsure } from './reports.repo.ts'
import { wordsOf } from './words.ts'

export interface TriageRow {
  source: string
  kind: ReportKind
  /** The kind as people say it. */
  words: string
  probability: number, severity: number, sharpness: number
  blurLength: number | null, blurAngle: number | null
  gainDb: number | null, spreadDb: number | null
  /** Engine that the gain is expected of. */
  engine: string | null
}

/** @param outcome with a report */
export function triageRow({ photo, report }: TriageOutcome): TriageRow {
  if (report === null) throw new Error(`no report of ${photo.path}`)
  const { kind, probability, severity, sharpness, blurLength, blurAngle, gains } = report
  const blurred = kind !== 'sharp' || isUnsure(report)
  return {
    source: photo.path, kind, words: wordsOf(report), probability, severity, sharpness, blurLength, blurAngle,
    gainDb: expectedGain(report), spreadDb: blurred ? gains[0]?.spreadDb ?? null : null, engine: blurred ? gains[0]?.engine ?? null : null,
  }
}

const columns: readonly (readonly [name: string, value: (row: TriageRow) => string | number | null])[] = [
  ['source', (row) => row.source],
  ['kind', (row) => row.kind],
  ['probability', (row) => row.probability],
  ['severity', (row) => row.severity],
  ['sharpness', (row) => row.sharpness],
  ['blur length', (row) => row.blurLength],
  ['blur angle', (row) => row.blurAngle],
  ['expected gain dB', (row) => row.gainDb],
  ['spread dB', (row) => row.spreadDb],
  ['engine', (row) => row.engine],
]

export function triageCsv(rows: readonly TriageRow[]): string {
  return csvOf(columns, rows)
}
