/** Title, caption and keywords. What is typed goes to every photo in hand. */
import { useEffect, useId, useRef, useState } from 'react'
import { useQuery } from '@tanstack/react-query'
import type { Details } from '../../../shared/contract/library.ts'
import { client } from '../../client/client.ts'
import { queries } from '../../client/queries.ts'
import { useSelection } from '../../state/selection.ts'
import { CommitField, RemovableChip, Section } from '../../ui/index.ts'
import { t } from '../../words/words.ts'
import { useView } from '../../state/view.ts'
import { change } from '../actions.ts'

export function Description({ details }: { details: Details | undefined }) {
  const chosen = useSelection((state) => state.ids)
  const inGrid = useView((state) => state.stage === 'grid' || state.stage === 'survey')
  if (details === undefined) return null
  const { id } = details.item
  // Fixed with what is drawn: text that is typed for these photos goes to them, wherever the hand is by then.
  const ids = inGrid && chosen.has(id) ? [...chosen] : [id]
  const count = ids.length
  const describe = (text: { title?: string | null, caption?: string | null, addKeywords?: string[], removeKeywords?: string[] }): void => {
    void change(client.library.describe({ ids, ...text }).finally(() => void queries.invalidateQueries({ queryKey: ['keywords'] })))
  }
  return (
    <Section id="right.description" title={t('library.description')}>
      {count > 1 && <p className="r-dim">{t('library.forAll', { count })}</p>}
      <CommitField of={id} label={t('library.title')} value={details.title ?? ''} maxLength={1000} onCommit={(title) => describe({ title: title.trim() === '' ? null : title })} />
      <CommitField of={id} label={t('library.caption')} value={details.caption ?? ''} lines={3} maxLength={10_000} onCommit={(caption) => describe({ caption: caption.trim() === '' ? null : caption })} />
      <div className="r-label">{t('library.keywords')}</div>
      {details.keywords.length > 0 && (
        <div className="r-keywords">{details.keywords.map((keyword) => <RemovableChip key={keyword} label={keyword} onRemove={() => describe({ removeKeywords: [keyword] })} />)}</div>
      )}
      <KeywordEntry of={id} onAdd={(addKeywords) => describe({ addKeywords })} />
    </Section>
  )
}

function KeywordEntry({ of, onAdd }: { of: number, onAdd: (keywords: string[]) => void }) {
  const [text, setText] = useState('')
  const typed = useRef<{ text: string, add: typeof onAdd } | null>(null)
  const list = useId()
  const { data = [] } = useQuery({ queryKey: ['keywords'], queryFn: () => client.library.keywords({}), staleTime: 30_000 })
  const add = (): void => {
    const { current } = typed
    const words = (current?.text ?? '').split(',').map((word) => word.trim()).filter((word) => word !== '')
    typed.current = null
    setText('')
    if (words.length > 0) current?.add([...new Set(words)])
  }
  useEffect(() => add, [of])
  return (
    <>
      <input className="r-input" aria-label={t('library.addKeywords')} placeholder={t('library.addKeywords')} list={list} value={text} maxLength={200} onChange={(event) => {
          setText(event.target.value)
          typed.current = { text: event.target.value, add: typed.current?.add ?? onAdd }
        }}
        onBlur={add} onKeyDown={(event) => {
          if (event.key === 'Enter') add()
          if (event.key === 'Escape') {
            typed.current = null
            setText('')
          }
        }} />
      <datalist id={list}>{data.slice(0, 500).map(({ keyword }) => <option key={keyword} value={keyword} />)}</datalist>
    </>
  )
}
