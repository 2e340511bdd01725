/** Folders whose new photos are restored as they arrive. */
import { useEffect, useState } from 'react'
import { client } from '../client/client.ts'
import { PlaceDialog } from '../places/PlaceDialog.tsx'
import { useProgress } from '../state/progress.ts'
import { usePreferences } from '../state/preferences.ts'
import { showError } from '../state/toasts.ts'
import { Button, IconButton, Section, Select, Switch } from '../ui/index.ts'
import { number, t } from '../words/words.ts'

type Watch = Awaited<ReturnType<typeof client.batch.watches>>[number]

const automatic = { engine: 'auto', pack: null, controls: {}, strength: 1, scale: 'auto' as const, mask: null }

export function WatchPanel() {
  const [watches, setWatches] = useState<readonly Watch[]>([])
  const [presets, setPresets] = useState<readonly string[]>([])
  const [choosing, setChoosing] = useState(false)
  const preferred = usePreferences((state) => state.preferences.defaultPreset)
  const [preset, setPreset] = useState('')
  const batches = useProgress((state) => state.batches)
  const load = (): void => { client.batch.watches({}).then(setWatches, showError) }
  useEffect(load, [batches.length])
  useEffect(() => { client.batch.presets({}).then((found) => setPresets(found.map((each) => each.preset.name)), showError) }, [])
  const chosen = preset !== '' ? preset : presets.includes(preferred) ? preferred : presets[0] ?? ''
  const change = (call: Promise<unknown>): void => { call.then(load, showError) }
  return (
    <Section id="batch.watch" title={t('batch.watch.title')}>
      {watches.length === 0 && <p className="r-dim">{t('batch.watch.none')}</p>}
      {watches.map(({ id, folder, on, preset: name, seen, restored, problem }) => (
        <div key={id} className="r-watch">
          <div className="r-watch-line">
            <Switch label={folder} value={on} onChange={(next) => change(client.batch.setWatch({ id, on: next }))} />
            <IconButton label={t('batch.watch.remove', { folder })} icon="close" onPress={() => change(client.batch.removeWatch({ id }))} />
          </div>
          <span className="r-dim">{name} · {t('batch.watch.counts', { seen: number(seen), restored: number(restored) })}</span>
          {problem !== null && <span className="r-error-text">{problem}</span>}
        </div>
      ))}
      <Select label={t('batch.watch.preset')} value={chosen} options={presets.map((name) => ({ value: name, label: name }))} onChange={setPreset} />
      <div className="r-chosen-actions"><Button icon="folder" onPress={() => setChoosing(true)}>{t('batch.watch.add')}</Button></div>
      {choosing && (
        <PlaceDialog title={t('batch.watch.dialog')} action={t('batch.watch.choose')} hint={t('batch.watch.how')} onClose={() => setChoosing(false)}
          onChoose={({ token }) => {
            setChoosing(false)
            change(client.batch.watch({ place: token, preset: chosen, settings: automatic }))
          }} />
      )}
    </Section>
  )
}
