/** The notes at the foot of the window. They are read aloud when they come, and never take the focus. Plain buttons: a note comes with every star. */
import { useToasts } from '../state/toasts.ts'
import { t } from '../words/words.ts'
import { Icon } from './Icon.tsx'
import './toasts.css'

export function Toasts() {
  const { toasts, dismiss } = useToasts()
  return (
    <div className="r-toasts" role="region" aria-label={t('shell.notes')}>
      <div aria-live="polite" className="r-toast-list">
        {toasts.map(({ id, kind, message, hint, action }) => (
          <div key={id} className={`r-toast r-toast-${kind}`} role={kind === 'error' ? 'alert' : 'status'}>
            {kind === 'error' && <Icon name="warning" />}
            <p>{message}{hint !== null && <span className="r-toast-hint">{hint}</span>}</p>
            {action !== null && <button type="button" className="r-toast-action" onClick={() => {
              action.run()
              dismiss(id)
            }}>{action.label}</button>}
            <button type="button" className="r-icon-button" aria-label={t('shell.close')} onClick={() => dismiss(id)}><Icon name="close" /></button>
          </div>
        ))}
      </div>
    </div>
  )
}
