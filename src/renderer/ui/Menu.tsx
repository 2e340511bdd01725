import { useRef, type ReactNode } from 'react'
import { Header, Menu as AriaMenu, MenuItem, MenuSection, MenuTrigger, Popover, Separator } from 'react-aria-components'
import './menu.css'

export interface MenuEntry { id: string, label: string, shortcut?: string | undefined, disabled?: boolean, selected?: boolean }
export interface MenuGroup { title?: string, entries: readonly MenuEntry[] }
interface MenuProps { label: string, groups: readonly MenuGroup[], onAction: (id: string) => void }

/** A menu that a button (the child) opens. */
export function Menu({ children, ...menu }: MenuProps & { children: ReactNode }) {
  return (
    <MenuTrigger>
      {children}
      <Popover className="r-popover" offset={2}><MenuLines {...menu} /></Popover>
    </MenuTrigger>
  )
}

/** A menu at a point of the window, for a right click. */
export function ContextMenu({ at, onClose, ...menu }: MenuProps & { at: { x: number, y: number } | null, onClose: () => void }) {
  const anchor = useRef<HTMLSpanElement>(null)
  if (at === null) return null
  return (
    <>
      <span ref={anchor} className="r-menu-anchor" style={{ left: at.x, top: at.y }} />
      <Popover className="r-popover" aria-label={menu.label} isOpen onOpenChange={(open) => !open && onClose()} triggerRef={anchor} placement="bottom start" offset={0}>
        <MenuLines {...menu} onAction={(id) => {
          onClose()
          menu.onAction(id)
        }} />
      </Popover>
    </>
  )
}

function MenuLines({ label, groups, onAction }: MenuProps) {
  return (
    <AriaMenu className="r-list r-menu" aria-label={label} onAction={(key) => onAction(String(key))} disabledKeys={groups.flatMap(({ entries }) => entries).filter(({ disabled }) => disabled).map(({ id }) => id)}>
      {groups.map(({ title, entries }, place) => [
        place > 0 ? <Separator key={`line-${place}`} className="r-menu-line" /> : null,
        <MenuSection key={title ?? place} {...(title === undefined ? { 'aria-label': label } : {})}>
          {title !== undefined && <Header className="r-menu-title">{title}</Header>}
          {entries.map(({ id, label: name, shortcut, selected }) => (
            <MenuItem key={id} id={id} className="r-list-item r-menu-item" textValue={name} {...(selected === undefined ? {} : { 'aria-current': selected })}>
              <span>{selected === true ? `✓ ${name}` : name}</span>
              {shortcut !== undefined && <kbd className="r-kbd">{shortcut}</kbd>}
            </MenuItem>
          ))}
        </MenuSection>,
      ])}
    </AriaMenu>
  )
}
