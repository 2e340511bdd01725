/** The report as CSV (RFC 4180, UTF-8, CRLF) for spreadsheets. */
import type { ReportRow } from './row.ts'

type Columns<Row> = readonly (readonly [name: string, value: (row: Row) => string | number | null])[]

const columns: Columns<ReportRow> = [
  ['source', (row) => row.source],
  ['output', (row) => row.output],
  ['state', (row) => row.state],
  ['reason', (row) => row.reason],
  ['code', (row) => row.code],
  ['engine', (row) => row.engine],
  ['pack', (row) => row.pack],
  ['device', (row) => row.device],
  ['seconds', (row) => row.seconds],
  ['megapixels', (row) => row.megapixels],
  ['width', (row) => row.width],
  ['height', (row) => row.height],
  ['scale', (row) => row.scale],
  ['tiles', (row) => row.tiles?.total ?? null],
  ['guarded', (row) => row.tiles?.guarded ?? null],
  ['trust', (row) => row.trust],
  ['choice', (row) => row.choice],
  ['notices', (row) => row.notices.map((notice) => notice.text).join(' ')],
  ['not carried', (row) => row.notCarried.join('; ')],
]

export function toCsv(rows: readonly ReportRow[]): string {
  return csvOf(columns, rows)
}

/** A line of names, then a line a row. */
export function csvOf<Row>(columns: Columns<Row>, rows: readonly Row[]): string {
  const lines = [columns.map(([name]) => name), ...rows.map((row) => columns.map(([, value]) => field(value(row))))]
  return lines.map((line) => `${line.join(',')}\r\n`).join('')
}

/** A text that a spreadsheet would run as a formula gets an apostrophe in front; quotes are doubled. */
function field(value: string | number | null): string {
  if (value === null) return ''
  if (typeof value === 'number') return String(value)
  const text = /^[=+\-@\t\r]/.test(value) ? `'${value}` : value
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text
}
