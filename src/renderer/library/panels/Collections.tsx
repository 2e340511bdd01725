/** Collections: all photos, the quick one, those made by hand, and filters with a name. Photos dropped on one made by hand join it. */
import { useMemo, useState } from 'react'
import { useShallow } from 'zustand/react/shallow'
import { ListBox, ListBoxItem, useDragAndDrop } from 'react-aria-components'
import type { Collection } from '../../../shared/contract/library.ts'
import { client } from '../../client/client.ts'
import { numbersIn } from '../../client/guards.ts'
import { useLibrary } from '../../state/library.ts'
import { useView } from '../../state/view.ts'
import { ContextMenu, Icon, IconButton, Section } from '../../ui/index.ts'
import { number, t } from '../../words/words.ts'
import { change } from '../actions.ts'
import { NameDialog } from '../dialogs/NameDialogs.tsx'
import { photosType } from '../wall/pointer.ts'
import { useCounts } from './counts.ts'

const all = 'all'

/** Names of the built-in ones are ours to say. */
function collectionName({ id, kind, name }: Collection): string {
  if (kind === 'quick') return t('library.collection.quick')
  const builtIn = { [-1]: 'worthFixing', [-2]: 'suspect', [-3]: 'failed', [-4]: 'recent', [-5]: 'restored' } as const
  return id in builtIn ? t(`library.collection.${builtIn[id as keyof typeof builtIn]}`) : name
}

export function Collections() {
  const { collections, scope, setScope } = useLibrary(useShallow(({ collections, scope, setScope }) => ({ collections, scope, setScope })))
  const counts = useCounts()
  const [menu, setMenu] = useState<{ x: number, y: number, collection: Collection } | null>(null)
  const [renamed, setRenamed] = useState<Collection | null>(null)
  const lines = useMemo(() => [{ id: all, name: t('library.collection.all'), icon: 'grid' as const, count: counts.all, collection: null },
    ...collections.map((collection) => ({
      id: String(collection.id), name: collectionName(collection), icon: ({ quick: 'target', smart: 'smart', manual: 'collection' } as const)[collection.kind],
      count: collection.count ?? counts.smart.get(collection.id) ?? 0, collection,
    }))], [collections, counts])
  const { dragAndDropHooks } = useDragAndDrop({
    acceptedDragTypes: [photosType],
    getDropOperation: (target) => target.type === 'item' && isManual(collections, target.key) ? 'copy' : 'cancel',
    onItemDrop: ({ target, items }) => {
      for (const item of items) if (item.kind === 'text') void item.getText(photosType).then((text) => change(client.library.collect({ collection: Number(target.key), add: numbersIn(text) })))
    },
  })
  return (
    <Section id="left.collections" title={t('library.collections')} actions={<IconButton label={t('library.collection.new')} icon="plus" onPress={() => useView.getState().openDialog('collection')} />}>
      <ListBox className="r-tree" aria-label={t('library.collections')} items={lines} selectionMode="single" selectionBehavior="replace" dragAndDropHooks={dragAndDropHooks} dependencies={[lines]}
        selectedKeys={scope.kind === 'collection' ? [String(scope.id)] : scope.kind === 'all' ? [all] : []}
        onSelectionChange={(keys) => {
          const [key] = keys === 'all' ? [] : [...keys]
          if (key !== undefined) setScope(key === all ? { kind: 'all' } : { kind: 'collection', id: Number(key) })
        }}>
        {({ id, name, icon, count, collection }) => (
          <ListBoxItem id={id} className="r-tree-item r-tree-flat" textValue={name}>
            <div className="r-tree-line" onContextMenu={(event) => {
              if (collection === null || collection.id < 0 || collection.kind === 'quick') return
              event.preventDefault()
              setMenu({ x: event.clientX, y: event.clientY, collection })
            }}>
              <Icon name={icon} />
              <bdi className="r-cut">{name}</bdi>
              <span className="r-tree-count">{number(count)}</span>
            </div>
          </ListBoxItem>
        )}
      </ListBox>
      <ContextMenu at={menu} onClose={() => setMenu(null)} label={t('library.collections')} groups={[{ entries: [
        { id: 'rename', label: t('library.collection.rename') },
        ...(menu?.collection.kind === 'smart' ? [{ id: 'update', label: t('library.collection.update') }] : []),
        { id: 'remove', label: t('library.collection.remove') },
      ] }]} onAction={(action) => {
        const collection = menu?.collection
        if (collection === undefined) return
        if (action === 'rename') setRenamed(collection)
        if (action === 'remove') void change(client.library.removeCollection({ id: collection.id }))
        const { filter, sort } = useLibrary.getState()
        if (action === 'update') void change(client.library.saveCollection({ id: collection.id, name: collection.name, filter, sort }).then(() => ({ undo: null })))
      }} />
      {renamed !== null && (
        <NameDialog title={t('library.collection.rename')} label={t('library.collection.name')} initial={renamed.name} action={t('library.rename.action')} onClose={() => setRenamed(null)}
          onName={(name) => client.library.saveCollection({ id: renamed.id, name, filter: renamed.filter, sort: renamed.sort })} />
      )}
    </Section>
  )
}

function isManual(collections: readonly Collection[], key: string | number): boolean {
  return collections.some(({ id, kind }) => String(id) === String(key) && kind !== 'smart')
}
