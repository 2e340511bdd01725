/** A pack's card. Its Markdown is shown as plain text with headings and tables set apart: a card comes from a file and is never markup. */
import { useEffect, useState } from 'react'
import { client } from '../client/client.ts'
import { explainError } from '../client/errors.ts'
import { Dialog, ErrorState } from '../ui/index.ts'
import { t } from '../words/words.ts'
import { blocksOf } from './card.ts'

export function CardDialog({ id, title, onClose }: { id: string, title: string, onClose: () => void }) {
  const [text, setText] = useState<string | null>(null)
  const [problem, setProblem] = useState<{ message: string, hint: string } | null>(null)
  useEffect(() => { client.settings.card({ id }).then(({ markdown }) => setText(markdown), (error: unknown) => setProblem(explainError(error))) }, [id])
  return (
    <Dialog title={title} onClose={onClose} width={820} reading>
      {problem !== null && <ErrorState {...problem} />}
      {text === '' && <p className="r-dim">{t('settings.models.noCard')}</p>}
      <div className="r-card">
        {blocksOf(text ?? '').map((block, place) => {
          if (block.kind === 'heading') return <h3 key={place}>{block.text}</h3>
          if (block.kind === 'list') return <ul key={place}>{block.lines.map((line, row) => <li key={row}>{line}</li>)}</ul>
          if (block.kind === 'code') return <pre key={place}>{block.text}</pre>
          if (block.kind === 'table') {
            return (
              <table key={place} className="r-table">
                <thead><tr>{block.head.map((cell, column) => <th key={column} scope="col">{cell}</th>)}</tr></thead>
                <tbody>{block.rows.map((cells, row) => <tr key={row}>{cells.map((cell, column) => <td key={column}>{cell}</td>)}</tr>)}</tbody>
              </table>
            )
          }
          return <p key={place}>{block.text}</p>
        })}
      </div>
    </Dialog>
  )
}
