/** Keys of other programs, for hands that know them: what differs from our own set, which is Lightroom's. */
import type { CommandId } from '../commands/table.ts'
import type { Preferences } from '../../shared/contract/settings.ts'

export const keySets: Record<Preferences['keySet'], Partial<Record<CommandId, string[]>>> = {
  'lightroom': {},
  'darktable': {
    'mark.reject': ['R'], 'view.grid': ['L', 'G'], 'view.survey': ['X'],
    'mark.red': ['F1'], 'mark.yellow': ['F2'], 'mark.green': ['F3'], 'mark.blue': ['F4'], 'mark.purple': ['F5'],
    'export': ['Mod+E'], 'zoom.toggle': ['Alt+2'], 'shortcuts': ['H'],
  },
  'photo-mechanic': { 'mark.pick': ['T'], 'mark.red': ['1'], 'mark.yellow': ['2'], 'mark.green': ['3'], 'mark.blue': ['4'], 'mark.purple': ['5'] },
}
