/** The folders that photos were imported from. The number counts what lies below, too. */
import { useMemo } from 'react'
import { useShallow } from 'zustand/react/shallow'
import { Button, ListLayout, Tree, TreeItem, TreeItemContent, Virtualizer } from 'react-aria-components'
import { useLibrary } from '../../state/library.ts'
import { useLayout } from '../../state/preferences.ts'
import { useView } from '../../state/view.ts'
import { branchesOf, type Branch } from './branches.ts'
import { Icon, IconButton, Section } from '../../ui/index.ts'
import { number, t } from '../../words/words.ts'

const few = 20
/** As in panels.css, pixels. */
const rows = { rowSize: 24 }

export function Folders() {
  const { folders, scope, setScope } = useLibrary(useShallow(({ folders, scope, setScope }) => ({ folders, scope, setScope })))
  const [unfolded, setUnfolded] = useLayout('folders.unfolded', 'first')
  const branches = useMemo(() => branchesOf(folders), [folders])
  // Until a person folds one: a small tree lies open, of a large one only the roots.
  const expanded = useMemo(() => new Set(unfolded === 'first' ? (folders.length <= few ? folders : branches).map(({ id }) => String(id)) : unfolded.split(',')), [unfolded, folders, branches])
  // Ten years of shoots are a thousand lines: only those in sight are drawn, and another choice makes no line anew.
  const lines = useMemo(() => branches.map((branch) => <TreeBranch key={branch.id} branch={branch} expanded={expanded} />), [branches, expanded])
  return (
    <Section id="left.folders" title={t('library.folders')} actions={<IconButton label={t('shell.command.import')} icon="plus" onPress={() => useView.getState().openDialog('import')} />}>
      <Virtualizer layout={ListLayout} layoutOptions={rows}>
        <Tree className="r-tree" aria-label={t('library.folders')} selectionMode="single" selectionBehavior="replace" disallowEmptySelection={scope.kind === 'folder'}
          selectedKeys={scope.kind === 'folder' ? [String(scope.id)] : []}
          onSelectionChange={(keys) => {
            const [key] = keys === 'all' ? [] : [...keys]
            if (key !== undefined) setScope({ kind: 'folder', id: Number(key) })
          }}
          expandedKeys={expanded} onExpandedChange={(keys) => setUnfolded([...keys].join(','))}>
          {lines}
        </Tree>
      </Virtualizer>
    </Section>
  )
}

/** Of what is folded the first child stands for all: a line with none could not be unfolded. */
function TreeBranch({ branch, expanded }: { branch: Branch, expanded: ReadonlySet<string> }) {
  const children = expanded.has(String(branch.id)) ? branch.children : branch.children.slice(0, 1)
  return (
    <TreeItem id={String(branch.id)} className="r-tree-item" textValue={branch.name}>
      <TreeItemContent>
        {branch.children.length > 0 ? <Button slot="chevron" className="r-tree-fold"><Icon name="right" /></Button> : <span className="r-tree-fold" />}
        <bdi className="r-cut" title={branch.path}>{branch.name}</bdi>
        {branch.missing && <span className="r-tree-note" title={t('library.folderMissing')}><Icon name="warning" /></span>}
        <span className="r-tree-count">{number(branch.below)}</span>
      </TreeItemContent>
      {children.map((child) => <TreeBranch key={child.id} branch={child} expanded={expanded} />)}
    </TreeItem>
  )
}
