/** The folders as a tree: by name, each with what it and all below it hold. Pure. */
import type { Folder } from '../../../shared/contract/library.ts'

export interface Branch extends Folder { children: Branch[], below: number }

export function branchesOf(folders: readonly Folder[]): Branch[] {
  const branches = new Map(folders.map((folder): [number, Branch] => [folder.id, { ...folder, children: [], below: folder.count }]))
  const roots: Branch[] = []
  for (const branch of branches.values()) (branches.get(branch.parent ?? NaN)?.children ?? roots).push(branch)
  const sum = (branch: Branch): number => branch.below = branch.children.reduce((all, child) => all + sum(child), branch.count)
  const collator = new Intl.Collator(undefined, { numeric: true, sensitivity: 'base' })
  const order = (list: Branch[]): void => {
    list.sort((one, other) => collator.compare(one.name, other.name))
    for (const { children } of list) order(children)
  }
  for (const root of roots) sum(root)
  order(roots)
  return roots
}
