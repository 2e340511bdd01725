/** Numbers beside the collections. Smart ones are counted when the hand rests: a star must not wait for them. */
import { useEffect, useState } from 'react'
import { noFilter } from '../../../shared/contract/first-question.ts'
import { countOf } from '../../state/query.ts'
import { useLibrary } from '../../state/library.ts'

interface Counts { all: number, smart: ReadonlyMap<number, number> }
const rest = 200

export function useCounts(): Counts {
  const [counts, setCounts] = useState<Counts>(count)
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined
    const end = useLibrary.subscribe((state, before) => {
      if (state.revision === before.revision && state.collections === before.collections) return
      clearTimeout(timer)
      timer = setTimeout(() => setCounts((shown) => same(shown, count())), rest)
    })
    return () => {
      clearTimeout(timer)
      end()
    }
  }, [])
  return counts
}

/** Equal numbers stay the same object, and nothing is drawn anew. */
function same(shown: Counts, next: Counts): Counts {
  const isSame = shown.all === next.all && shown.smart.size === next.smart.size && [...next.smart].every(([id, number]) => shown.smart.get(id) === number)
  return isSame ? shown : next
}

function count(): Counts {
  const { table, collections } = useLibrary.getState()
  return { all: countOf(table, noFilter), smart: new Map(collections.flatMap(({ id, filter }) => filter === null ? [] : [[id, countOf(table, filter)]])) }
}
