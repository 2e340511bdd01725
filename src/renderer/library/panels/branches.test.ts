import { expect, test } from 'vitest'
import { branchesOf } from './branches.ts'

test('folders hang below their parents by name, with all that is below them', () => {
  const folder = (id: number, parent: number | null, name: string, count: number) => ({ id, parent, name, path: `/${name}`, count, missing: false })
  const [root, other] = branchesOf([folder(3, 1, 'day 10', 4), folder(1, null, 'wedding', 1), folder(2, 1, 'day 2', 2), folder(4, 99, 'zoo', 1)])
  expect([root?.name, root?.below, root?.children.map(({ name }) => name)]).toEqual(['wedding', 7, ['day 2', 'day 10']])
  expect(other?.name).toBe('zoo')
})
