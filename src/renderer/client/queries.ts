/** Answers of the studio that are kept for a while; what changes is asked for again by its key. */
import { keepPreviousData, QueryClient, useQuery } from '@tanstack/react-query'
import type { Details } from '../../shared/contract/library.ts'
import { client } from './client.ts'

export const queries = new QueryClient({ defaultOptions: { queries: { retry: 1, staleTime: Infinity, gcTime: 60_000, networkMode: 'always', refetchOnWindowFocus: false } } })

/**
 * Everything of one item. `details` is of this very item; `latest` may be of the one before until the answer is there, so that panels
 * do not blink from photo to photo.
 */
export function useDetails(id: number | null): { details: Details | undefined, latest: Details | undefined, error: unknown } {
  const { data, error } = useQuery({
    queryKey: ['details', id], enabled: id !== null, placeholderData: keepPreviousData,
    queryFn: ({ signal }) => client.library.details({ id: id! }, { signal }),
  })
  return { details: data?.item.id === id ? data : undefined, latest: data, error }
}

/** What is known of these items is no longer true. */
export function forgetDetails(ids: readonly number[]): void {
  const changed = new Set(ids)
  void queries.invalidateQueries({ predicate: ({ queryKey: [kind, id] }) => kind === 'details' && changed.has(Number(id)) })
}
