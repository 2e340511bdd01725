/** Keeps a view that fails from taking the window with it. */
import { Component, type ReactNode } from 'react'
import { t } from '../words/words.ts'
import { ErrorState } from '../ui/States.tsx'

export class ViewBoundary extends Component<{ children: ReactNode }, { failure: string | null }> {
  override state: { failure: string | null } = { failure: null }

  static getDerivedStateFromError(thrown: unknown): { failure: string } {
    return { failure: thrown instanceof Error ? thrown.message : String(thrown) }
  }

  override render(): ReactNode {
    if (this.state.failure === null) return this.props.children
    return <ErrorState message={t('shell.error.view', { text: this.state.failure })} hint={t('shell.error.viewHint')} onRetry={() => this.setState({ failure: null })} />
  }
}
