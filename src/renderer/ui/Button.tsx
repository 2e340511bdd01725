import type { ReactNode } from 'react'
import { Button as AriaButton, ToggleButton, Tooltip, TooltipTrigger } from 'react-aria-components'
import { Icon, type IconName } from './Icon.tsx'
import './button.css'

interface ButtonProps {
  children: ReactNode
  onPress: () => void
  kind?: 'plain' | 'primary' | 'quiet'
  icon?: IconName
  disabled?: boolean
  autoFocus?: boolean
  /** A key as people read it, shown dimmed. */
  shortcut?: string
}

export function Button({ children, onPress, kind = 'plain', icon, disabled = false, autoFocus = false, shortcut }: ButtonProps) {
  return (
    <AriaButton className={`r-button r-button-${kind}`} onPress={onPress} isDisabled={disabled} autoFocus={autoFocus}>
      {icon !== undefined && <Icon name={icon} />}
      <span>{children}</span>
      {shortcut !== undefined && <kbd className="r-kbd">{shortcut}</kbd>}
    </AriaButton>
  )
}

interface IconButtonProps {
  /** Name for a screen reader, and the tooltip. */
  label: string
  icon: IconName
  onPress: () => void
  shortcut?: string | undefined
  /** Given for a button that stays pressed. */
  pressed?: boolean
  disabled?: boolean
}

export function IconButton({ label, icon, onPress, shortcut, pressed, disabled = false }: IconButtonProps) {
  return (
    <Tip label={label} shortcut={shortcut}>
      {pressed === undefined
        ? <AriaButton className="r-icon-button" aria-label={label} onPress={onPress} isDisabled={disabled}><Icon name={icon} /></AriaButton>
        : <ToggleButton className="r-icon-button" aria-label={label} isSelected={pressed} onChange={onPress} isDisabled={disabled}><Icon name={icon} /></ToggleButton>}
    </Tip>
  )
}

/** A tooltip over one focusable element of react-aria. */
export function Tip({ label, shortcut, children }: { label: string, shortcut?: string | undefined, children: ReactNode }) {
  return (
    <TooltipTrigger delay={600} closeDelay={0}>
      {children}
      <Tooltip className="r-tooltip" offset={6}>{label}{shortcut !== undefined && <kbd className="r-kbd">{shortcut}</kbd>}</Tooltip>
    </TooltipTrigger>
  )
}
