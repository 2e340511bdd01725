import { Button, Menu, MenuItem, MenuTrigger, Popover } from 'react-aria-components'
import { Icon } from '../../ui/index.ts'
import { useLateClose } from '../../ui/use-late-close.ts'
import type { Choice } from './choices.ts'

interface ChoiceChipProps {
  label: string
  choices: readonly Choice[]
  chosen: readonly string[]
  onChange: (chosen: string[]) => void
  /** At most one can be chosen. */
  single?: boolean
}

/** A chip that opens its choices; what is chosen stands on it. */
export function ChoiceChip({ label, choices, chosen, onChange, single = false }: ChoiceChipProps) {
  const words = choices.filter(({ value }) => chosen.includes(value)).map((choice) => choice.label)
  const text = words.length === 0 ? label : words.length === 1 ? words[0]! : `${label}: ${words.length}`
  const opening = useLateClose()
  return (
    <MenuTrigger {...opening}>
      <Button className="r-chip r-choice" data-on={chosen.length > 0} aria-label={words.length === 0 ? label : `${label}: ${words.join(', ')}`}>
        <bdi className="r-cut">{text}</bdi><Icon name="down" />
      </Button>
      <Popover className="r-popover" offset={2}>
        <Menu className="r-list r-menu r-scroll" aria-label={label} selectionMode={single ? 'single' : 'multiple'} selectedKeys={chosen}
          onSelectionChange={(keys) => onChange(keys === 'all' ? choices.map(({ value }) => value) : [...keys].map(String))}>
          {choices.map(({ value, label: name }) => (
            <MenuItem key={value} id={value} className="r-list-item r-choice-line" textValue={name}>
              {({ isSelected }) => <><span className="r-choice-tick" aria-hidden="true">{isSelected ? '✓' : ''}</span><bdi>{name}</bdi></>}
            </MenuItem>
          ))}
        </Menu>
      </Popover>
    </MenuTrigger>
  )
}
