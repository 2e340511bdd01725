/** What the photo shows, in a sentence: typed, or asked of a vision model. Folded until somebody wants it: nothing is asked before. */
import { useQuery } from '@tanstack/react-query'
import { client } from '../../client/client.ts'
import { forgetCaptions, useCaptions } from '../../state/captions.ts'
import { useSelection } from '../../state/selection.ts'
import { useView } from '../../state/view.ts'
import { Button, CommitField, Section } from '../../ui/index.ts'
import { number, t } from '../../words/words.ts'
import { change } from '../actions.ts'

export function Shows({ id }: { id: number }) {
  return <Section id="right.shows" title={t('library.shows.title')} open={false}><Sentence id={id} /></Section>
}

function Sentence({ id }: { id: number }) {
  const { data = null } = useQuery({ queryKey: ['caption', id], queryFn: ({ signal }) => client.captions.of({ id }, { signal }) })
  const chosen = useSelection((state) => state.ids)
  const inGrid = useView((state) => state.stage === 'grid' || state.stage === 'survey')
  const { running, make, stop } = useCaptions()
  const ids = inGrid && chosen.has(id) ? [...chosen] : [id]
  return (
    <>
      {/* A sentence is about one photo: unlike a description it goes to no other one. */}
      <CommitField of={id} label={t('library.shows.sentence')} value={data?.text ?? ''} lines={3} maxLength={1000}
        onCommit={(text) => void change(client.captions.set({ ids: [id], text }).finally(() => void forgetCaptions()))} />
      {data !== null && data.model !== null && <p className="r-dim">{t('library.shows.by', { model: data.model })}</p>}
      {running === null
        ? <Button onPress={() => make(ids)}>{t('library.shows.ask', { count: ids.length })}</Button>
        : (
            <>
              <p className="r-dim" role="status">{t(`library.shows.${running.stage}`, { done: number(running.done + 1), total: number(running.total), name: running.name })}</p>
              <Button onPress={stop}>{t('library.shows.stop')}</Button>
            </>
          )}
    </>
  )
}
