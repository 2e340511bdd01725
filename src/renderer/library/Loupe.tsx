/** One photo, whole or at its own pixels. */
import { useEffect, useState } from 'react'
import { previewUrl } from '../client/pictures.ts'
import { useCommands } from '../commands/registry.ts'
import { idAt, placeOf, useLibrary, versionOf } from '../state/library.ts'
import { useLayout } from '../state/preferences.ts'
import { useSelection } from '../state/selection.ts'
import { EmptyState } from '../ui/index.ts'
import { t } from '../words/words.ts'
import { describePhoto } from './describe.ts'
import { PhotoPane } from './photo/PhotoPane.tsx'
import { useZoomCommands } from './photo/zoom-commands.ts'

export function Loupe() {
  const active = useSelection((state) => state.active)
  const revision = useLibrary((state) => state.revision)
  const [info] = useLayout('grid.info', true)
  const [sharpness, setSharpness] = useState(false)
  useZoomCommands()
  useCommands([{
    id: 'loupe.sharpness', label: 'library.command.sharpness', keys: ['W'], group: 'view', run: () => setSharpness(true), release: () => setSharpness(false),
  }], [])
  useEffect(() => prefetchNeighbours(active), [active, revision])
  if (active === null) return <EmptyState title={t('library.chooseOne')} />
  return (
    <div className="r-loupe" data-home tabIndex={0} role="group" aria-label={t('library.loupe')} ref={(box) => { if (document.activeElement === document.body) box?.focus() }}>
      <PhotoPane id={active} isActive showSharpness={sharpness} />
      {info && <p className="r-loupe-line"><bdi>{describePhoto(active)}</bdi></p>}
    </div>
  )
}

/** The next step should find its picture there already. */
function prefetchNeighbours(active: number | null): () => void {
  if (active === null) return () => undefined
  const timer = setTimeout(() => {
    for (const step of [1, -1]) {
      const id = idAt(placeOf(active) + step)
      if (id === null) continue
      const image = new Image()
      image.fetchPriority = 'low'
      image.src = previewUrl(id, versionOf(id))
    }
  }, 60)
  return () => clearTimeout(timer)
}
