/** Two photos side by side with one zoom: the select at the left stays, the candidate at the right changes with the arrows. */
import { useEffect, useState } from 'react'
import { useCommands } from '../commands/registry.ts'
import { idAt, placeOf, useLibrary } from '../state/library.ts'
import { useSelection } from '../state/selection.ts'
import { EmptyState, IconButton } from '../ui/index.ts'
import { t } from '../words/words.ts'
import { MarkLine } from './MarkLine.tsx'
import { PhotoPane } from './photo/PhotoPane.tsx'
import { useZoomCommands } from './photo/zoom-commands.ts'

interface Pair { select: number, candidate: number }

export function Compare() {
  const [pair, setPair] = useState<Pair | null>(firstPair)
  const active = useSelection((state) => state.active)
  useLibrary((state) => state.revision)
  useZoomCommands()
  const step = (by: 1 | -1): void => {
    if (pair === null) return
    let place = placeOf(pair.candidate) + by
    if (idAt(place) === pair.select) place += by
    const next = idAt(place)
    if (next !== null) show({ ...pair, candidate: next })
  }
  const show = (next: Pair): void => {
    setPair(next)
    useSelection.getState().setAll([next.select, next.candidate], next.candidate)
  }
  useEffect(() => {
    if (pair !== null) show(pair)
  }, [])
  useCommands([
    { id: 'compare.next', repeats: true, run: () => step(1) },
    { id: 'compare.previous', repeats: true, run: () => step(-1) },
    { id: 'compare.swap', run: () => pair !== null && show({ select: pair.candidate, candidate: pair.select }) },
    { id: 'compare.take', run: () => {
      if (pair === null) return
      const next = idAt(placeOf(pair.candidate) + 1) ?? pair.select
      show({ select: pair.candidate, candidate: next })
    } },
  ], [pair])
  if (pair === null) return <EmptyState title={t('library.chooseTwo')} />
  return (
    <div className="r-compare" data-home tabIndex={0} role="group" aria-label={t('library.compare')}>
      {(['select', 'candidate'] as const).map((side) => (
        <section key={side} className="r-compare-side" data-active={pair[side] === active} aria-label={t(`library.${side}`)} onPointerDownCapture={() => useSelection.getState().activate(pair[side])}>
          <header className="r-compare-head">
            <strong>{t(`library.${side}`)}</strong>
            <MarkLine id={pair[side]} />
            {side === 'candidate' && <IconButton label={t('library.command.compareSwap')} icon="undo" onPress={() => show({ select: pair.candidate, candidate: pair.select })} />}
          </header>
          <PhotoPane id={pair[side]} isActive={pair[side] === active} />
        </section>
      ))}
    </div>
  )
}

function firstPair(): Pair | null {
  const { ids, active } = useSelection.getState()
  const select = active ?? idAt(0)
  if (select === null) return null
  const candidate = [...ids].find((id) => id !== select) ?? idAt(placeOf(select) + 1) ?? idAt(placeOf(select) - 1)
  return candidate === null ? null : { select, candidate }
}
