import { expect, test } from 'vitest'
import { keySets } from '../settings/key-sets.ts'
import { parsePress } from './keys.ts'
import { knownCommands, type CommandId } from './table.ts'

/** These are there together: the first one is newer, and wins while its view is open. */
const shared: readonly (readonly [CommandId, CommandId])[] = [
  ['compare.next', 'go.right'], ['compare.previous', 'go.left'], ['compare.swap', 'go.down'], ['compare.take', 'go.up'],
  ['zoom.toggle', 'library.toggleLoupe'],
]
const library = ['general', 'view', 'mark', 'select', 'zoom', 'library', 'batch']

test('every key says what it presses, also those of other programs', () => {
  for (const { keys } of knownCommands) for (const key of keys) expect(() => parsePress(key)).not.toThrow()
  const ids = new Set<string>(knownCommands.map(({ id }) => id))
  for (const keys of Object.values(keySets)) for (const id of Object.keys(keys)) expect(ids).toContain(id)
})

test('no two commands of the Library want the same key, but for those that take turns', () => {
  const owners = new Map<string, CommandId[]>()
  const here = knownCommands.filter(({ id, group }) => library.includes(group) && !id.startsWith('develop.') && !/^batch\.(?!restore)/.test(id))
  for (const { id, keys } of here) for (const key of keys) owners.set(key, [...owners.get(key) ?? [], id])
  const takesTurns = (ids: readonly CommandId[]): boolean => shared.some((pair) => pair.every((id) => ids.includes(id)))
  expect([...owners].filter(([, ids]) => ids.length > 1 && !takesTurns(ids))).toEqual([])
})
