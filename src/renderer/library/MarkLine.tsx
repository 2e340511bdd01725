/** Flag, stars and label of one photo, to press or to read. */
import { flags, labels } from '../../shared/contract/item-words.ts'
import { useLibrary } from '../state/library.ts'
import { t } from '../words/words.ts'
import { Icon } from '../ui/index.ts'
import { mark, nameOf } from './actions.ts'
import { colours } from './wall/cell-data.ts'
import './marks.css'

const five = [1, 2, 3, 4, 5] as const

export function MarkLine({ id, withName = true }: { id: number, withName?: boolean }) {
  useLibrary((state) => state.revision)
  const { columns, rows } = useLibrary.getState().table
  const row = rows.get(id)
  if (row === undefined) return null
  const flag = flags[columns.flag[row]!]!
  const label = labels[columns.label[row]!]!
  const stars = columns.stars[row]!
  return (
    <span className="r-marks">
      {withName && <bdi className="r-cut">{nameOf(id)}</bdi>}
      <button type="button" className="r-marks-flag" data-on={flag === 'pick'} aria-pressed={flag === 'pick'} aria-label={t('library.flag.pick')} onClick={() => mark({ flag: flag === 'pick' ? 'none' : 'pick' }, [id])}><Icon name="flag" /></button>
      <button type="button" className="r-marks-flag" data-on={flag === 'reject'} aria-pressed={flag === 'reject'} aria-label={t('library.flag.reject')} onClick={() => mark({ flag: flag === 'reject' ? 'none' : 'reject' }, [id])}><Icon name="reject" /></button>
      <span className="r-marks-stars" role="group" aria-label={t('library.cell.stars', { count: stars })}>
        {five.map((star) => (
          <button key={star} type="button" aria-label={t('library.cell.stars', { count: star })} aria-pressed={star <= stars} onClick={() => mark({ stars: star === stars ? star - 1 : star }, [id])}>{star <= stars ? '★' : '☆'}</button>
        ))}
      </span>
      <span className="r-marks-labels" role="group" aria-label={t('library.filter.label')}>
        {colours.map((one) => (
          <button key={one} type="button" className={`r-label-${one}`} aria-pressed={one === label} aria-label={t(`library.label.${one}`)}
            onClick={() => mark({ label: one === label ? 'none' : one }, [id])}>{t(`library.letter.${one}`)}</button>
        ))}
      </span>
    </span>
  )
}
