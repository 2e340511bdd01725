/** Views, search, and what runs. */
import { Button as AriaButton } from 'react-aria-components'
import { bridge } from '../client/bridge.ts'
import { useConnection } from '../client/connection.ts'
import { useView, type ViewName } from '../state/view.ts'
import { t } from '../words/words.ts'
import { SearchField } from './SearchField.tsx'
import { StatusLine } from './StatusLine.tsx'
import './topbar.css'

const views = ['library', 'develop', 'batch', 'settings'] as const satisfies readonly ViewName[]

export function TopBar() {
  const { view, open } = useView()
  const connection = useConnection((state) => state.state)
  return (
    <header className="r-topbar" data-region="top" tabIndex={-1} aria-label={t('shell.region.top')} data-door={bridge?.door ?? 'browser'}>
      <h1 className="r-topbar-name">restill</h1>
      <nav className="r-topbar-views" aria-label={t('shell.views')}>
        {views.map((name) => (
          <AriaButton key={name} className="r-topbar-view" onPress={() => open(name)} {...(name === view ? { 'aria-current': 'page' } : {})}>{t(`shell.view.${name}`)}</AriaButton>
        ))}
      </nav>
      <SearchField />
      {connection === 'reconnecting' ? <p className="r-topbar-lost" role="status">{t('shell.reconnecting')}</p> : <StatusLine />}
    </header>
  )
}
