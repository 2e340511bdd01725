/** What a view shows instead of its content. */
import type { ReactNode } from 'react'
import { t } from '../words/words.ts'
import { Button } from './Button.tsx'
import './states.css'

export function EmptyState({ title, children, actions }: { title: string, children?: ReactNode, actions?: ReactNode }) {
  return (
    <div className="r-state">
      <h2 className="r-state-title">{title}</h2>
      {children !== undefined && <div className="r-state-text">{children}</div>}
      {actions !== undefined && <div className="r-state-actions">{actions}</div>}
    </div>
  )
}

export function ErrorState({ message, hint, onRetry }: { message: string, hint: string, onRetry?: () => void }) {
  return (
    <div className="r-state" role="alert">
      <h2 className="r-state-title">{message}</h2>
      <div className="r-state-text"><p>{hint}</p></div>
      {onRetry !== undefined && <div className="r-state-actions"><Button onPress={onRetry}>{t('shell.retry')}</Button></div>}
    </div>
  )
}
