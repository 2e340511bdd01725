/** What is wrong with the photo, how much there is to gain, and what was done about it. */
import type { Details } from '../../../shared/contract/library.ts'
import { Section } from '../../ui/index.ts'
import { duration, number, t } from '../../words/words.ts'
import { stateBadges } from '../wall/cell-data.ts'

export function BlurReport({ details }: { details: Details | undefined }) {
  return (
    <Section id="right.blur" title={t('library.blur.title')}>
      {details === undefined ? null : <Report {...details} />}
    </Section>
  )
}

function Report({ item, problem, made }: Details) {
  const badges = stateBadges(item.state)
  return (
    <>
      {problem !== null && <div className="r-problem" role="note"><strong>{problem.message}</strong><span>{problem.hint}</span></div>}
      <dl className="r-facts">
        <dt>{t('library.blur.kind')}</dt><dd>{t(item.kind === 'unknown' && item.severity !== null ? 'library.blur.unclear' : `library.kind.${item.kind}`)}</dd>
        {item.gain !== null && <><dt>{t('library.blur.gain')}</dt><dd>{t('library.decibel', { value: number(item.gain, 1) })}</dd></>}
        {badges.length > 0 && <><dt>{t('library.blur.state')}</dt><dd>{badges.map((badge) => t(`library.state.${badge}`)).join(', ')}</dd></>}
      </dl>
      {item.severity !== null && (
        <div className="r-meter" role="meter" aria-label={t('library.blur.severity')} aria-valuemin={0} aria-valuemax={1} aria-valuenow={item.severity}>
          <span className="r-dim">{t('library.blur.severity')}</span><span>{number(item.severity, 2)}</span>
          <div className="r-meter-track"><div className="r-meter-fill" style={{ width: `${item.severity * 100}%` }} /></div>
        </div>
      )}
      {made !== null && <Made made={made} />}
    </>
  )
}

function Made({ made }: { made: NonNullable<Details['made']> }) {
  const controls = Object.entries(made.controls)
  const { trust } = made.figures
  return (
    <>
      <dl className="r-facts">
        <dt>{t('library.made.engine')}</dt><dd>{made.engine}</dd>
        <dt>{t('library.made.pack')}</dt><dd>{made.pack}</dd>
        {controls.map(([name, value]) => [<dt key={`${name}-name`}>{name}</dt>, <dd key={name}>{typeof value === 'number' ? number(value, value % 1 === 0 ? 0 : 2) : String(value)}</dd>])}
        <dt>{t('library.made.strength')}</dt><dd>{t('library.percent', { value: number(made.strength * 100) })}</dd>
        <dt>{t('library.made.scale')}</dt><dd>{made.scale === 1 ? '1' : `1/${number(1 / made.scale)}`}</dd>
        <dt>{t('library.made.device')}</dt><dd>{made.device}</dd>
        <dt>{t('library.made.time')}</dt><dd>{duration(made.seconds)}</dd>
        {trust !== undefined && <><dt>{t('library.made.trust')}</dt><dd>{t('library.made.trustShare', { value: number(Math.floor(trust * 100)) })}</dd></>}
        {made.suspectTiles > 0 && <><dt>{t('library.made.suspectTiles')}</dt><dd>{number(made.suspectTiles)}</dd></>}
      </dl>
      {made.notices.map((notice) => <p key={notice} className="r-dim">{notice}</p>)}
      {made.notCarried.length > 0 && <p className="r-dim">{t('library.made.notCarried', { what: made.notCarried.join(', ') })}</p>}
    </>
  )
}
