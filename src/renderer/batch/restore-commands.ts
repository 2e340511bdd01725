/** Queueing what is chosen, from any view that shows photos. */
import { client } from '../client/client.ts'
import { useCommands } from '../commands/registry.ts'
import { exportNow, useDraft } from '../export/draft.ts'
import { targets, useSelection } from '../state/selection.ts'
import { showError, useToasts } from '../state/toasts.ts'
import { useView } from '../state/view.ts'
import { t } from '../words/words.ts'

type Settings = Awaited<ReturnType<typeof client.develop.settings>>
/** How the photo was made that was queued last. */
let previous: Settings | null = null

function chosen(): number[] {
  const { view, stage } = useView.getState()
  return view === 'library' ? targets(stage) : targets('loupe')
}

/** Each photo by its own settings, or all by the given ones. */
export async function restore(ids: readonly number[], settings: Settings | null): Promise<void> {
  const { show } = useToasts.getState()
  try {
    const { batch, counts } = await client.batch.restore({ ids: [...ids], settings, preset: '', batch: null })
    const action = batch === null ? null : { label: t('batch.show'), run: () => useView.getState().openBatch(batch) }
    show({ message: counts.queued + counts.running > 0 ? t('batch.queued', { count: counts.queued + counts.running }) : t('batch.queuedSkipped'), action })
    const { active } = useSelection.getState()
    previous = settings ?? (active === null ? previous : await client.develop.settings({ id: active }))
  } catch (error) {
    showError(error)
  }
}

export function useRestoreCommands(): void {
  const showsPhotos = (): boolean => ['library', 'develop'].includes(useView.getState().view) && chosen().length > 0
  useCommands([
    { id: 'batch.restore', when: showsPhotos, run: () => void restore(chosen(), null) },
    { id: 'batch.restorePrevious', when: () => showsPhotos() && previous !== null, run: () => void restore(chosen(), previous) },
    { id: 'export.previous', when: showsPhotos, run: () => {
      void useDraft.getState().load().then(() => {
        const { preset, folder } = useDraft.getState()
        if (preset !== null) return exportNow(chosen(), preset, folder)
      }, showError)
    } },
  ], [])
}
