/** A foldable part of a panel; Alt+click folds the others of the same panel. */
import { useRef, type ReactNode } from 'react'
import { Disclosure, DisclosurePanel, Button as AriaButton, Heading } from 'react-aria-components'
import { usePreferences, useLayout } from '../state/preferences.ts'
import { Icon } from './Icon.tsx'
import './section.css'

interface SectionProps {
  /** Names the section in the remembered layout; the part before the dot is the panel. */
  id: `${string}.${string}`
  title: string
  children: ReactNode
  /** At the right of the title. */
  actions?: ReactNode
  open?: boolean
}

const panels = new Map<string, Set<string>>()

export function Section({ id, title, children, actions, open = true }: SectionProps) {
  const key = `section.${id}`
  const [isOpen, setOpen] = useLayout(key, open)
  const alone = useRef(false)
  const panel = id.split('.')[0]!
  panels.set(panel, (panels.get(panel) ?? new Set()).add(key))
  const change = (next: boolean): void => {
    if (!alone.current) return setOpen(next)
    alone.current = false
    const others = Object.fromEntries([...panels.get(panel)!].map((other) => [other, other === key]))
    const { preferences, set } = usePreferences.getState()
    set({ layout: { ...preferences.layout, ...others } })
  }
  return (
    <Disclosure className="r-section" isExpanded={isOpen} onExpandedChange={change}>
      <div className="r-section-head">
        <Heading level={2} className="r-section-title">
          <AriaButton slot="trigger" className="r-section-button" onPressStart={(event) => { alone.current = event.altKey }}>
            <Icon name={isOpen ? 'down' : 'right'} />
            {title}
          </AriaButton>
        </Heading>
        {actions !== undefined && isOpen && <div className="r-section-actions">{actions}</div>}
      </div>
      <DisclosurePanel className="r-section-body">{isOpen && children}</DisclosurePanel>
    </Disclosure>
  )
}
