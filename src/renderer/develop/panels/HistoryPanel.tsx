import { useEffect, useRef, useState } from 'react'
import { runCommand } from '../../commands/registry.ts'
import type { IconName } from '../../ui/Icon.tsx'
import { Button, IconButton, Section, TextField } from '../../ui/index.ts'
import { t, type WordKey } from '../../words/words.ts'
import { useDevelop } from '../state/develop.ts'
import { applyStep, goTo, removeSnapshot, saveSnapshot, tryOut } from '../state/steps.ts'

const buttons: readonly { id: string, icon: IconName, label: WordKey }[] = [
  { id: 'settings.copy', icon: 'copy', label: 'develop.command.copy' }, { id: 'settings.paste', icon: 'paste', label: 'develop.command.paste' },
  { id: 'settings.reset', icon: 'reset', label: 'develop.command.reset' },
]

/** The steps of this photo, newest first, and what can be done with all its settings. */
export function HistoryPanel() {
  const { entries, current } = useDevelop(state => state.history)
  return (
    <Section id="develop-left.history" title={t('develop.history.title')} actions={buttons.map(({ id, icon, label }) => (
      <IconButton key={id} label={t(label)} icon={icon} onPress={() => runCommand(id)} />
    ))}>
      {entries.length === 0
        ? <p className="r-dim">{t('develop.history.empty')}</p>
        : (
          <ol className="r-develop-rows" aria-label={t('develop.history.title')}>
            {entries.toReversed().map(entry => (
              <li key={entry.id} data-chosen={entry.id === current}>
                <button type="button" className="r-develop-row-button r-cut" aria-current={entry.id === current ? 'step' : undefined} title={entry.label} onClick={() => goTo(entry.id)}>{entry.label}</button>
              </li>
            ))}
          </ol>
        )}
    </Section>
  )
}

/** Named states of this photo that stay whatever the history does. */
export function SnapshotsPanel() {
  const { snapshots } = useDevelop(state => state.history)
  const [name, setName] = useState<string | null>(null)
  const form = useRef<HTMLDivElement>(null)
  useEffect(() => form.current?.querySelector('input')?.focus(), [name !== null])
  const save = (): void => {
    if (name !== null && name.trim() !== '') saveSnapshot(name.trim())
    setName(null)
  }
  return (
    <Section id="develop-left.snapshots" title={t('develop.snapshots.title')}
      actions={<IconButton label={t('develop.snapshots.add')} icon="plus" onPress={() => setName(t('develop.snapshots.name', { number: snapshots.length + 1 }))} />}>
      {name !== null && (
        <div className="r-develop-row" ref={form}>
          <TextField label={t('develop.snapshots.nameLabel')} hideLabel value={name} onChange={setName} maxLength={200} />
          <Button kind="primary" onPress={save}>{t('develop.save')}</Button>
        </div>
      )}
      {snapshots.length === 0 && name === null && <p className="r-dim">{t('develop.snapshots.empty')}</p>}
      <ul className="r-develop-rows" aria-label={t('develop.snapshots.title')}>
        {snapshots.map(snapshot => (
          <li key={snapshot.id} onPointerEnter={() => tryOut(snapshot.settings)} onPointerLeave={() => tryOut(null)}>
            <button type="button" className="r-develop-row-button r-cut" title={snapshot.name} onClick={() => applyStep(snapshot.settings, t('develop.step.snapshot', { name: snapshot.name }))}>{snapshot.name}</button>
            <IconButton label={t('develop.remove', { name: snapshot.name })} icon="close" onPress={() => removeSnapshot(snapshot.id)} />
          </li>
        ))}
      </ul>
    </Section>
  )
}
