/** The chosen photos together, as large as they fit; a cross takes one out of the choice. */
import { useRef } from 'react'
import { previewUrl } from '../client/pictures.ts'
import { useCommands } from '../commands/registry.ts'
import { useLibrary, versionOf } from '../state/library.ts'
import { useSelection } from '../state/selection.ts'
import { EmptyState, IconButton } from '../ui/index.ts'
import { t } from '../words/words.ts'
import { nameOf } from './actions.ts'
import { MarkLine } from './MarkLine.tsx'
import { usePaneSize, type PaneSize } from './photo/use-pane.ts'
import { surveyColumns } from './survey-columns.ts'

/** More would be stamps: the grid shows those. */
const most = 24
/** Height below each photo, CSS pixels. */
const foot = 40

export function Survey() {
  const { ids, active, activate, toggle } = useSelection()
  useLibrary((state) => state.revision)
  const box = useRef<HTMLDivElement>(null)
  const pane = usePaneSize(box)
  const shown = [...ids].slice(0, most)
  useCommands([{ id: 'survey.out', run: () => active !== null && ids.size > 1 && toggle(active) }], [active, ids])
  const columns = columnsFor(shown, pane)
  return (
    <div ref={box} className="r-loupe" data-home tabIndex={0} role="group" aria-label={t('library.survey')}>
      {shown.length === 0 ? <EmptyState title={t('library.chooseSome')} /> : (
        <div className="r-survey" style={{ gridTemplateColumns: `repeat(${columns}, 1fr)` }}>
          {shown.map((id) => (
            <figure key={id} className="r-survey-photo" data-active={id === active}>
              <img src={previewUrl(id, versionOf(id))} alt={nameOf(id)} draggable={false} />
              <button type="button" className="r-survey-pick" aria-label={nameOf(id)} aria-pressed={id === active} onClick={() => activate(id)} />
              <figcaption className="r-survey-foot">
                <MarkLine id={id} withName={columns < 5} />
                <IconButton label={t('library.command.surveyOut')} icon="close" onPress={() => toggle(id)} />
              </figcaption>
            </figure>
          ))}
        </div>
      )}
    </div>
  )
}

function columnsFor(ids: readonly number[], { width, height, ratio }: PaneSize): number {
  const { columns: { aspect }, rows } = useLibrary.getState().table
  const mean = ids.reduce((sum, id) => sum + (aspect[rows.get(id) ?? -1] ?? 1.5), 0) / Math.max(1, ids.length)
  return surveyColumns(ids.length, mean, width / ratio, height / ratio, foot)
}
