/**
 * The notes at the foot of the window. They are read aloud when they come, never take the focus, and stay while they have it: F6 goes
 * there, Escape back. Plain buttons: a note comes with every star.
 */
import { focusStage } from '../layout/regions.ts'
import { useToasts } from '../state/toasts.ts'
import { t } from '../words/words.ts'
import { Icon } from './Icon.tsx'
import './toasts.css'

export function Toasts() {
  const { toasts, dismiss, hold } = useToasts()
  const close = (id: number): void => {
    // Its button goes with the note; the hand goes on where it was.
    hold(false)
    focusStage()
    dismiss(id)
  }
  return (
    <div className="r-toasts" role="region" aria-label={t('shell.notes')} {...(toasts.length > 0 ? { 'data-region': 'notes' } : {})}
      onFocus={() => hold(true)} onBlur={() => hold(false)} onKeyDown={(event) => event.key === 'Escape' && focusStage()}>
      <div aria-live="polite" className="r-toast-list">
        {toasts.map(({ id, kind, message, hint, action }) => (
          <div key={id} className={`r-toast r-toast-${kind}`} role={kind === 'error' ? 'alert' : 'status'}>
            {kind === 'error' && <Icon name="warning" />}
            <p>{message}{hint !== null && <span className="r-toast-hint">{hint}</span>}</p>
            {action !== null && <button type="button" className="r-toast-action" onClick={() => {
              close(id)
              action.run()
            }}>{action.label}</button>}
            <button type="button" className="r-icon-button" aria-label={t('shell.close')} onClick={() => close(id)}><Icon name="close" /></button>
          </div>
        ))}
      </div>
    </div>
  )
}
