import type { DevelopSettings, Session } from '../../../shared/contract/develop.ts'
import { isGenerative } from '../../../shared/descriptor.ts'
import { IconButton, Section, Select, Slider } from '../../ui/index.ts'
import { number, t } from '../../words/words.ts'
import { useDevelop } from '../state/develop.ts'
import { automatic, choiceOf } from '../state/settings.ts'
import { applyStep, change, changeControl, changeEngine, commit } from '../state/steps.ts'
import { ControlField } from './ControlField.tsx'
import { PreviewFigures } from './PreviewFigures.tsx'

/** Which engine, what it needs on this device, and its controls. */
export function EnginePanel({ session, settings }: { session: Session, settings: DevelopSettings }) {
  const choice = choiceOf(session, settings)
  const isAutomatic = settings.engine === automatic
  const reason = isAutomatic ? session.automatic?.reason : undefined
  const options = [
    { value: automatic, label: isAutomatic && choice !== undefined ? t('develop.engine.automaticNow', { engine: choice.descriptor.title }) : t('develop.engine.automatic'), description: t('develop.engine.automaticHelp') },
    ...session.engines.map(({ descriptor }) => ({ value: descriptor.id, label: descriptor.title, description: descriptor.sentence })),
  ]
  const measured = useDevelop(state => choice === undefined ? undefined : state.measured[choice.descriptor.id])
  const seconds = measured ?? choice?.seconds ?? null
  const pack = settings.pack ?? choice?.packs[0]?.id ?? ''
  const reset = (): void => applyStep({ ...settings, controls: {} }, t('develop.step.controlsReset'))
  return (
    <Section id="develop-right.engine" title={t('develop.engine.title')}
      actions={<IconButton label={t('develop.engine.reset')} icon="reset" onPress={reset} disabled={Object.keys(settings.controls).length === 0} />}>
      <Select label={t('develop.engine.title')} hideLabel value={isAutomatic ? automatic : choice?.descriptor.id ?? ''} options={options} onChange={changeEngine} />
      {choice === undefined
        ? <p className="r-develop-problem-text">{t('develop.engine.gone', { engine: settings.engine })}</p>
        : (
          <>
            <p className="r-dim">{reason === undefined ? choice.descriptor.sentence : t('develop.engine.because', { reason })}</p>
            <p className="r-develop-engine-facts">
              <span>{seconds === null ? t('develop.engine.timeUnknown') : t('develop.engine.time', { seconds: number(seconds, seconds < 10 ? 1 : 0) })}</span>
              {choice.gain !== null && <span>{t('develop.engine.gain', { gain: number(choice.gain, 1) })}</span>}
              {isGenerative(choice.descriptor, settings.controls) && <span title={t('develop.engine.generativeHelp')}>{t('develop.engine.generative')}</span>}
            </p>
            {choice.packs.length > 1 && (
              <Select label={t('develop.engine.pack')} value={pack} options={choice.packs.map(({ id, title, version }) => ({ value: id, label: `${title} ${version}` }))}
                onChange={id => applyStep({ ...settings, pack: id }, t('develop.step.control', { label: t('develop.engine.pack'), value: choice.packs.find(one => one.id === id)?.title ?? id }))} />
            )}
            {choice.descriptor.controls.map(control => (
              <ControlField key={`${choice.descriptor.id} ${control.id}`} control={control} settings={settings} points={choice.points} onChange={changeControl} onCommit={commit} />
            ))}
            <PreviewFigures />
          </>
        )}
    </Section>
  )
}

/** How much of the result, and at what size the network sees the photo. */
export function BlendPanel({ settings }: { settings: DevelopSettings }) {
  const working = useDevelop(state => state.preview.scale)
  const automatic = settings.scale === 'auto' && working !== null && working < 1 ? t('develop.scale.autoNow', { scale: scaleWord(working) }) : t('develop.scale.auto')
  const scales = [{ value: 'auto', label: automatic }, ...[1, 0.5, 0.25].map(scale => ({ value: String(scale), label: scaleWord(scale) }))]
  const setScale = (value: string): void => {
    const scale = value === '1' ? 1 : value === '0.5' ? 0.5 : value === '0.25' ? 0.25 : 'auto'
    applyStep({ ...settings, scale }, t('develop.step.control', { label: t('develop.scale.title'), value: scale === 'auto' ? t('develop.scale.auto') : scaleWord(scale) }))
  }
  return (
    <Section id="develop-right.blend" title={t('develop.blend.title')}>
      <Slider label={t('develop.strength')} help={t('develop.strengthHelp')} value={Math.round(settings.strength * 1000) / 10} min={0} max={100} step={1} unit="%" reset={100}
        onChange={value => change({ ...settings, strength: value / 100 })}
        onChangeEnd={value => applyStep({ ...settings, strength: value / 100 }, t('develop.step.control', { label: t('develop.strength'), value: `${number(value)} %` }), 'strength')} />
      <div title={t('develop.scale.help')}><Select label={t('develop.scale.title')} value={String(settings.scale)} options={scales} onChange={setScale} /></div>
    </Section>
  )
}

function scaleWord(scale: number): string {
  return t(scale === 1 ? 'develop.scale.full' : scale === 0.5 ? 'develop.scale.half' : 'develop.scale.quarter')
}
