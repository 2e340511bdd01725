/** Full-text search over names, titles, captions and keywords; Mod+F comes here, Escape goes back to the photos. */
import { useEffect, useRef, useState } from 'react'
import { useCommands } from '../commands/registry.ts'
import { useLibrary } from '../state/library.ts'
import { useView } from '../state/view.ts'
import { t } from '../words/words.ts'
import { Icon } from '../ui/Icon.tsx'
import { focusStage } from './regions.ts'

/** Milliseconds after the last key before the studio is asked. */
const pause = 120

export function SearchField() {
  const text = useLibrary((state) => state.filter.text)
  const setFilter = useLibrary((state) => state.setFilter)
  const [typed, setTyped] = useState(text)
  const field = useRef<HTMLInputElement>(null)
  useEffect(() => setTyped(text), [text])
  useEffect(() => {
    if (typed === text) return
    const timer = setTimeout(() => setFilter({ text: typed }), pause)
    return () => clearTimeout(timer)
  }, [typed, text, setFilter])
  useCommands([{
    id: 'library.search', everywhere: true, run: () => {
      useView.getState().open('library')
      field.current?.focus()
      field.current?.select()
    },
  }], [])
  return (
    <div className="r-search" role="search">
      <Icon name="search" />
      <input ref={field} className="r-input" type="search" aria-label={t('shell.search')} placeholder={t('shell.search')} value={typed}
        onChange={(event) => {
          setTyped(event.target.value)
          useView.getState().open('library')
        }}
        onKeyDown={(event) => {
          if (event.key === 'Escape') setTyped('')
          if (event.key === 'Escape' || event.key === 'Enter') {
            setFilter({ text: event.key === 'Enter' ? typed : '' })
            focusStage()
          }
        }} />
    </div>
  )
}
