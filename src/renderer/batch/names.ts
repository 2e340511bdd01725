/** What batches and engines are called. */
import { create } from 'zustand'
import type { BatchRow } from '../../shared/contract/batch.ts'
import { client } from '../client/client.ts'
import { number, t } from '../words/words.ts'

const useTitles = create<{ titles: ReadonlyMap<string, string> }>(() => ({ titles: new Map() }))
let asked = false

/** The engine's own title; its id until that is known. */
export function useEngineTitle(): (id: string) => string {
  const titles = useTitles((state) => state.titles)
  if (!asked) {
    asked = true
    client.develop.engines({}).then(
      (engines) => useTitles.setState({ titles: new Map(engines.map(({ descriptor }) => [descriptor.id, descriptor.title])) }),
      () => { asked = false },
    )
  }
  return (id) => titles.get(id) ?? id
}

export function batchName({ kind, title, counts }: BatchRow): string {
  return t('batch.name', { kind: t(`batch.kind.${kind}`), title: title !== '' && counts.total === 1 ? title : t('batch.photos', { count: counts.total }) })
}

export function megapixels(value: number): string {
  return number(value, value < 10 ? 1 : 0)
}

/** Photos of a batch that came to an end. */
export function endedOf({ counts }: BatchRow): number {
  return counts.total - counts.queued - counts.running
}

/** Left over from a studio that ended: nobody works on it and nobody paused it. */
export function isInterrupted({ running, paused, counts }: BatchRow): boolean {
  return !running && paused === null && counts.queued + counts.running > 0
}
