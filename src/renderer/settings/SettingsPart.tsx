import type { ReactNode } from 'react'
import { t } from '../words/words.ts'

/** One part of the settings, with a heading that the list at the left leads to. */
export function SettingsPart({ name, help, children }: { name: 'look' | 'devices' | 'models' | 'captions' | 'catalog' | 'keys' | 'about', help?: string, children: ReactNode }) {
  return (
    <section className="r-settings-part" aria-labelledby={`settings-${name}`}>
      <h2 id={`settings-${name}`} tabIndex={-1}>{t(`settings.${name}.title`)}</h2>
      {help !== undefined && <p className="r-dim">{help}</p>}
      {children}
    </section>
  )
}
