/** The studio's own affairs, in one list with a search box. */
import { useState } from 'react'
import { Frame } from '../layout/Frame.tsx'
import words from '../words/en/settings.json'
import { TextField } from '../ui/index.ts'
import { t } from '../words/words.ts'
import { AboutPart } from './AboutPart.tsx'
import { CaptionsPart } from './CaptionsPart.tsx'
import { CatalogPart } from './CatalogPart.tsx'
import { DevicesPart } from './DevicesPart.tsx'
import { KeysPart } from './KeysPart.tsx'
import { LookPart } from './LookPart.tsx'
import { ModelsPart } from './ModelsPart.tsx'
import './settings.css'

const parts = { look: LookPart, devices: DevicesPart, models: ModelsPart, captions: CaptionsPart, catalog: CatalogPart, keys: KeysPart, about: AboutPart } as const
type PartName = keyof typeof parts
const names = Object.keys(parts) as PartName[]

export function SettingsView() {
  const [text, setText] = useState('')
  const shown = names.filter((name) => speaksOf(name, text))
  return (
    <Frame label={t('settings.title')} filmstrip={false} left={
      <nav className="r-settings-nav" aria-label={t('settings.sections')}>
        <TextField label={t('settings.search')} hideLabel placeholder={t('settings.search')} value={text} onChange={setText} />
        <ul>
          {shown.map((name) => (
            <li key={name}><a href={`#settings-${name}`} onClick={(event) => {
              event.preventDefault()
              const heading = document.getElementById(`settings-${name}`)
              heading?.scrollIntoView({ block: 'start' })
              heading?.focus({ preventScroll: true })
            }}>{t(`settings.${name}.title`)}</a></li>
          ))}
        </ul>
      </nav>
    }>
      <div className="r-settings r-scroll">
        {shown.length === 0 && <p className="r-dim">{t('settings.none')}</p>}
        {shown.map((name) => {
          const Part = parts[name]
          return <Part key={name} />
        })}
      </div>
    </Frame>
  )
}

/** True when every word that was typed begins a word of the part. */
function speaksOf(name: PartName, text: string): boolean {
  const own = Object.keys(words[name]).map((key) => t(`settings.${name}.${key}` as Parameters<typeof t>[0])).join(' ').toLowerCase()
  return text.toLowerCase().split(/\s+/).every((word) => word === '' || own.includes(word))
}
