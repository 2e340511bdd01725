import { useEffect, useState } from 'react'
import { client } from '../client/client.ts'
import { showError } from '../state/toasts.ts'
import { t } from '../words/words.ts'
import { SettingsPart } from './SettingsPart.tsx'

export function AboutPart() {
  const [about, setAbout] = useState<Awaited<ReturnType<typeof client.settings.about>> | null>(null)
  useEffect(() => { client.settings.about({}).then(setAbout, showError) }, [])
  return (
    <SettingsPart name="about">
      {about !== null && (
        <>
          <p>{t('settings.about.version', { version: about.version })}</p>
          <p className="r-dim"><bdi>{t('settings.about.home', { home: about.home })}</bdi></p>
          <h3>{t('settings.about.components')}</h3>
          <dl className="r-facts">{Object.entries(about.versions).map(([name, version]) => <div key={name}><dt>{name}</dt><dd>{version}</dd></div>)}</dl>
        </>
      )}
    </SettingsPart>
  )
}
