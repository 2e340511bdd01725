import type { ReactNode } from 'react'
import { Dialog as AriaDialog, Heading, Modal, ModalOverlay } from 'react-aria-components'
import { t } from '../words/words.ts'
import { IconButton } from './Button.tsx'
import './dialog.css'

interface DialogProps {
  title: string
  onClose: () => void
  children: ReactNode
  /** Buttons at the foot, the main one last. */
  actions?: ReactNode
  width?: number
  /** Text to be read, with nothing in it that takes the focus: keys must be able to scroll it. */
  reading?: boolean
}

/** Escape, the cross and a press outside close it. */
export function Dialog({ title, onClose, children, actions, width = 560, reading = false }: DialogProps) {
  return (
    <ModalOverlay className="r-dialog-veil" isOpen isDismissable onOpenChange={(open) => !open && onClose()}>
      <Modal className="r-dialog-modal" style={{ width: `min(${width}px, calc(100vw - 48px))` }}>
        <AriaDialog className="r-dialog">
          <header className="r-dialog-head">
            <Heading slot="title" className="r-dialog-title">{title}</Heading>
            <IconButton label={t('shell.close')} icon="close" onPress={onClose} />
          </header>
          <div className="r-dialog-body r-scroll" {...(reading ? { role: 'region', 'aria-label': title, tabIndex: 0 } : {})}>{children}</div>
          {actions !== undefined && <footer className="r-dialog-foot">{actions}</footer>}
        </AriaDialog>
      </Modal>
    </ModalOverlay>
  )
}
