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
}

/** Escape, the cross and a press outside close it. */
export function Dialog({ title, onClose, children, actions, width = 560 }: DialogProps) {
  return (
    <ModalOverlay className="r-dialog-veil" isOpen isDismissable onOpenChange={(open) => !open && onClose()}>
      <Modal className="r-dialog-modal" style={{ width: `min(${width}px, calc(100vw - 48px))` }}>
        <AriaDialog className="r-dialog">
          <header className="r-dialog-head">
            <Heading slot="title" className="r-dialog-title">{title}</Heading>
            <IconButton label={t('shell.close')} icon="close" onPress={onClose} />
          </header>
          <div className="r-dialog-body r-scroll">{children}</div>
          {actions !== undefined && <footer className="r-dialog-foot">{actions}</footer>}
        </AriaDialog>
      </Modal>
    </ModalOverlay>
  )
}
