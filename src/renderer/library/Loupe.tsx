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
import { PhotoMenu } from './PhotoMenu.tsx'
import { PhotoPane } from './photo/PhotoPane.tsx'
import { useZoomCommands } from './photo/zoom-commands.ts'

export function Loupe() {
  const active = useSelection((state) => state.active)
  const revision = useLibrary((state) => state.revision)
  const [info] = useLayout('grid.info', true)
  const [sharpness, setSharpness] = useState(false)
  const [menu, setMenu] = useState<{ x: number, y: number } | null>(null)
  useZoomCommands()
  useCommands([{
    id: 'loupe.sharpness', run: () => setSharpness(true), release: () => setSharpness(false),
  }], [])
  useEffect(() => prefetchNeighbours(active), [active, revision])
  useEffect(() => {
    // None is chosen: the first one is meant.
    const first = idAt(0)
    if (active === null && first !== null) useSelection.getState().only(first)
  }, [active])
  if (active === null) return <EmptyState title={t('library.chooseOne')} />
  return (
    <div className="r-loupe" data-home tabIndex={0} role="group" aria-label={t('library.loupe')} ref={(box) => { if (document.activeElement === document.body) box?.focus() }}
      onContextMenu={(event) => {
        event.preventDefault()
        setMenu({ x: event.clientX, y: event.clientY })
      }}>
      <PhotoPane id={active} isActive showSharpness={sharpness} />
      <PhotoMenu at={menu} onClose={() => setMenu(null)} />
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
