/** Names of photos, asked for when they come into sight, many at once. */
import { client } from '../client/client.ts'
import { useLibrary } from './library.ts'

const asked = new Set<number>()
const most = 2000

export function wantNames(ids: readonly number[]): void {
  const { table } = useLibrary.getState()
  const missing = ids.filter((id) => id > 0 && !table.names.has(id) && !asked.has(id)).slice(0, most)
  if (missing.length === 0) return
  for (const id of missing) asked.add(id)
  client.library.names({ ids: missing }).then((named) => {
    const { table: current, revision } = useLibrary.getState()
    for (const { id, name } of named) current.names.set(id, name)
    useLibrary.setState({ revision: revision + 1 })
    // What the studio did not name is not asked for again.
    for (const { id } of named) asked.delete(id)
  }, () => {
    for (const id of missing) asked.delete(id)
  })
}
