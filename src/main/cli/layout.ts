/** Plain text for terminals of any width: cut, wrapped, set in columns. Widths are columns of the terminal, not characters. */
import stringWidth from 'string-width'

const graphemes = new Intl.Segmenter(undefined, { granularity: 'grapheme' })

/** Cuts in the middle, so that the end of a name, with its number and extension, stays readable. */
export function fit(text: string, width: number): string {
  if (stringWidth(text) <= width) return text
  if (width <= 4) return take(text, Math.max(0, width))
  const tail = Math.floor((width - 2) / 2)
  return `${take(text, width - 2 - tail)}..${takeEnd(text, tail)}`
}

/** Breaks at spaces, and inside of words that are longer than a line. */
export function wrap(text: string, width: number, indent = ''): string[] {
  const room = Math.max(8, width - indent.length)
  const lines: string[] = []
  let line = ''
  for (const word of text.split(' ')) {
    const joined = line === '' ? word : `${line} ${word}`
    if (stringWidth(joined) <= room) {
      line = joined
      continue
    }
    if (line !== '') lines.push(line)
    line = word
    while (stringWidth(line) > room) {
      const head = take(line, room)
      lines.push(head)
      line = line.slice(head.length)
    }
  }
  if (line !== '') lines.push(line)
  return lines.map((each) => indent + each)
}

interface Column {
  align?: 'left' | 'right'
  /** Gives way when the line gets too long. */ shrinks?: boolean
}

/** Rows as lines no wider than `width`, two spaces between columns; one column at most shrinks, never below 8. */
export function table(rows: readonly (readonly string[])[], columns: readonly Column[], width: number): string[] {
  const widths = columns.map((_, index) => Math.max(0, ...rows.map((row) => stringWidth(row[index] ?? ''))))
  const total = widths.reduce((sum, each) => sum + each, 0) + 2 * (columns.length - 1)
  const shrinking = columns.findIndex((column) => column.shrinks)
  if (shrinking >= 0 && total > width) widths[shrinking] = Math.max(8, widths[shrinking]! - (total - width))
  return rows.map((row) =>
    columns
      .map((column, index) => pad(fit(row[index] ?? '', widths[index]!), widths[index]!, column.align ?? 'left'))
      .join('  ')
      .trimEnd(),
  )
}

function pad(text: string, width: number, align: 'left' | 'right'): string {
  const space = ' '.repeat(Math.max(0, width - stringWidth(text)))
  return align === 'left' ? text + space : space + text
}

function take(text: string, width: number): string {
  let taken = ''
  let used = 0
  for (const { segment } of graphemes.segment(text)) {
    used += stringWidth(segment)
    if (used > width) break
    taken += segment
  }
  return taken === '' && width > 0 ? text.slice(0, 1) : taken
}

function takeEnd(text: string, width: number): string {
  let taken = ''
  let used = 0
  for (const { segment } of [...graphemes.segment(text)].reverse()) {
    used += stringWidth(segment)
    if (used > width) break
    taken = segment + taken
  }
  return taken
}
