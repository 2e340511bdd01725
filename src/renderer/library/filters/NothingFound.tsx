/** An empty result says which chip to lift. */
import { run } from '../../state/query.ts'
import { noFilter } from '../../../shared/contract/first-question.ts'
import { foldersBelow, useLibrary } from '../../state/library.ts'
import { Button, EmptyState } from '../../ui/index.ts'
import { number, t } from '../../words/words.ts'
import { asked, facets, lifted } from './choices.ts'

export function NothingFound() {
  const { filter, setFilter, total, scope } = useLibrary()
  const active = facets.flatMap((facet) => {
    const words = asked(filter, facet)
    return words === null ? [] : [{ facet, words, found: countWithout(facet) }]
  })
  if (active.length === 0 || total === 0) {
    return <EmptyState title={t(scope.kind === 'collection' ? 'library.nothing.collection' : 'library.nothing.folder')}><p>{t(scope.kind === 'collection' ? 'library.nothing.collectionHint' : 'library.nothing.folderHint')}</p></EmptyState>
  }
  return (
    <EmptyState title={t('library.nothing.title')} actions={
      <>
        {active.sort((one, other) => other.found - one.found).slice(0, 4).map(({ facet, words, found }) => (
          <Button key={facet} onPress={() => setFilter(lifted(facet))}>{t('library.nothing.without', { what: words, number: number(found) })}</Button>
        ))}
        <Button kind="primary" onPress={() => setFilter(noFilter)}>{t('library.filter.clear')}</Button>
      </>
    }>
      <p>{t('library.nothing.hint')}</p>
    </EmptyState>
  )
}

function countWithout(facet: (typeof facets)[number]): number {
  const { table, filter, found, members, scope, folders, collections, sort } = useLibrary.getState()
  const own = scope.kind === 'collection' ? collections.find(({ id }) => id === scope.id)?.filter ?? null : null
  return run(table, {
    folders: scope.kind === 'folder' ? foldersBelow(folders, scope.id) : null, members, found: facet === 'text' ? null : found,
    filter: { ...filter, ...lifted(facet) }, smart: own, sort, unfolded: new Set(),
  }).order.length
}
