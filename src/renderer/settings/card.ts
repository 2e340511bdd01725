/** The little of Markdown that cards use: headings, paragraphs, lists, tables, code. Anything else stays as it is written. */
export type Block =
  | { kind: 'heading' | 'text' | 'code', text: string }
  | { kind: 'list', lines: string[] }
  | { kind: 'table', head: string[], rows: string[][] }

export function blocksOf(markdown: string): Block[] {
  const blocks: Block[] = []
  const lines = markdown.split(/\r?\n/)
  for (let at = 0; at < lines.length;) {
    const line = lines[at]!
    const take = (belongs: (line: string) => boolean): string[] => {
      const from = at
      while (at < lines.length && belongs(lines[at]!)) at++
      return lines.slice(from, at)
    }
    if (line.trim() === '') at++
    else if (line.startsWith('```')) {
      at++
      const text = take((each) => !each.startsWith('```')).join('\n')
      at++
      blocks.push({ kind: 'code', text })
    } else if (/^#+ /.test(line)) {
      at++
      blocks.push({ kind: 'heading', text: plain(line.replace(/^#+ /, '')) })
    } else if (line.startsWith('|')) {
      const [head = [], , ...rows] = take((each) => each.startsWith('|')).map((each) => each.split('|').slice(1, -1).map((cell) => plain(cell.trim())))
      blocks.push({ kind: 'table', head, rows })
    } else if (line.startsWith('- ')) {
      const items = take((each) => each.startsWith('- ') || each.startsWith('  ')).join('\n').split(/^- /m).filter((item) => item !== '')
      blocks.push({ kind: 'list', lines: items.map((item) => plain(item.replace(/\s+/g, ' ').trim())) })
    } else blocks.push({ kind: 'text', text: plain(take((each) => each.trim() !== '' && !/^(```|#+ |\||- )/.test(each)).join(' ')) })
  }
  // A picture of the card lies in the pack, out of the window's reach: its description stays.
  return blocks.filter((block) => block.kind !== 'text' || block.text !== '')
}

function plain(text: string): string {
  return text.replace(/!?\[([^\]]*)\]\([^)]*\)/g, '$1').replace(/\*\*([^*]+)\*\*/g, '$1').replace(/`([^`]+)`/g, '$1').trim()
}
