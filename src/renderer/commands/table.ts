/**
 * Every command of the window: what it is called, its default keys (`keys.ts`), and where the keyboard map lists it. What a command does
 * is said where it can be done, by `useCommands`; the map knows it before its view was ever open.
 */
import type { WordKey } from '../words/words.ts'

export type CommandGroup = 'general' | 'view' | 'mark' | 'select' | 'zoom' | 'library' | 'develop' | 'mask' | 'batch'
interface Line { label: WordKey, keys: readonly string[] }

/** Marks take Shift to go on to the next photo, moves to choose a range. */
const withShift = (key: string): readonly string[] => [key, `Shift+${key}`]

const general = {
  'library.search': { label: 'shell.command.search', keys: ['Mod+F'] },
  'import': { label: 'shell.command.import', keys: ['Mod+Shift+I'] },
  'undo': { label: 'shell.command.undo', keys: ['Mod+Z'] },
  'redo': { label: 'shell.command.redo', keys: ['Mod+Shift+Z', 'Mod+Y'] },
  'shortcuts': { label: 'shell.command.shortcuts', keys: ['Mod+/', '?'] },
  'region.next': { label: 'shell.command.nextRegion', keys: ['F6'] },
  'region.previous': { label: 'shell.command.previousRegion', keys: ['Shift+F6'] },
} as const satisfies Record<string, Line>

const view = {
  'view.grid': { label: 'shell.command.library', keys: ['G'] },
  'view.loupe': { label: 'shell.command.loupe', keys: ['E'] },
  'view.compare': { label: 'shell.command.compare', keys: ['C'] },
  'view.survey': { label: 'shell.command.survey', keys: ['N'] },
  'view.develop': { label: 'shell.command.develop', keys: ['D'] },
  'view.batch': { label: 'shell.command.batch', keys: ['Mod+Shift+B'] },
  'view.settings': { label: 'shell.command.settings', keys: ['Mod+,'] },
  'fullscreen': { label: 'shell.command.fullScreen', keys: ['F'] },
  'panel.top': { label: 'shell.command.top', keys: ['F5'] },
  'panel.filmstrip': { label: 'shell.command.filmstrip', keys: ['Alt+F6'] },
  'panel.left': { label: 'shell.command.left', keys: ['F7'] },
  'panel.right': { label: 'shell.command.right', keys: ['F8'] },
  'panel.toolbar': { label: 'shell.command.toolbar', keys: ['T'] },
  'panel.info': { label: 'shell.command.info', keys: ['I'] },
  'panel.sides': { label: 'shell.command.sides', keys: ['Tab'] },
  'panel.all': { label: 'shell.command.all', keys: ['Shift+Tab'] },
  'panel.onlyPhoto': { label: 'shell.command.onlyPhoto', keys: ['Shift+F'] },
  'panel.lights': { label: 'shell.command.lightsOut', keys: ['L'] },
  'library.filters': { label: 'library.command.filters', keys: ['\\'] },
  'library.names': { label: 'library.command.names', keys: ['J'] },
  'library.toggleLoupe': { label: 'library.command.toggleLoupe', keys: ['Enter', 'Space'] },
  'library.back': { label: 'library.command.back', keys: ['Escape'] },
  'loupe.sharpness': { label: 'library.command.sharpness', keys: ['W'] },
} as const satisfies Record<string, Line>

const mark = {
  'mark.pick': { label: 'library.command.pick', keys: withShift('P') },
  'mark.reject': { label: 'library.command.reject', keys: withShift('X') },
  'mark.unflag': { label: 'library.command.unflag', keys: withShift('U') },
  'mark.toggle': { label: 'library.command.toggleFlag', keys: ['`'] },
  'mark.stars.0': { label: 'library.command.stars.0', keys: withShift('0') },
  'mark.stars.1': { label: 'library.command.stars.1', keys: withShift('1') },
  'mark.stars.2': { label: 'library.command.stars.2', keys: withShift('2') },
  'mark.stars.3': { label: 'library.command.stars.3', keys: withShift('3') },
  'mark.stars.4': { label: 'library.command.stars.4', keys: withShift('4') },
  'mark.stars.5': { label: 'library.command.stars.5', keys: withShift('5') },
  'mark.fewer': { label: 'library.command.fewer', keys: ['['] },
  'mark.more': { label: 'library.command.more', keys: [']'] },
  'mark.red': { label: 'library.command.label.red', keys: withShift('6') },
  'mark.yellow': { label: 'library.command.label.yellow', keys: withShift('7') },
  'mark.green': { label: 'library.command.label.green', keys: withShift('8') },
  'mark.blue': { label: 'library.command.label.blue', keys: withShift('9') },
  'mark.purple': { label: 'library.command.label.purple', keys: [] },
  'mark.nolabel': { label: 'library.command.label.none', keys: [] },
} as const satisfies Record<string, Line>

const select = {
  'go.left': { label: 'library.command.go.left', keys: withShift('ArrowLeft') },
  'go.right': { label: 'library.command.go.right', keys: withShift('ArrowRight') },
  'go.up': { label: 'library.command.go.up', keys: withShift('ArrowUp') },
  'go.down': { label: 'library.command.go.down', keys: withShift('ArrowDown') },
  'go.home': { label: 'library.command.go.home', keys: withShift('Home') },
  'go.end': { label: 'library.command.go.end', keys: withShift('End') },
  'go.page-up': { label: 'library.command.go.page-up', keys: withShift('PageUp') },
  'go.page-down': { label: 'library.command.go.page-down', keys: withShift('PageDown') },
  'select.all': { label: 'library.command.all', keys: ['Mod+A'] },
  'select.none': { label: 'library.command.none', keys: ['Mod+D'] },
  'select.invert': { label: 'library.command.invert', keys: ['Mod+Alt+I'] },
  'compare.next': { label: 'library.command.compareNext', keys: withShift('ArrowRight') },
  'compare.previous': { label: 'library.command.comparePrevious', keys: withShift('ArrowLeft') },
  'compare.swap': { label: 'library.command.compareSwap', keys: ['ArrowDown'] },
  'compare.take': { label: 'library.command.compareTake', keys: ['ArrowUp'] },
  'survey.out': { label: 'library.command.surveyOut', keys: ['/'] },
} as const satisfies Record<string, Line>

const zoom = {
  'zoom.toggle': { label: 'library.command.zoom.toggle', keys: ['Z', 'Space'] },
  'zoom.in': { label: 'library.command.zoom.in', keys: ['Mod+=', 'Mod+Shift+='] },
  'zoom.out': { label: 'library.command.zoom.out', keys: ['Mod+-'] },
  'zoom.fit': { label: 'library.command.zoom.fit', keys: ['Mod+0'] },
  'zoom.one': { label: 'library.command.zoom.one', keys: ['Mod+1'] },
  'develop.space': { label: 'develop.command.space', keys: ['Space'] },
  'develop.zoom-four': { label: 'develop.command.zoomFour', keys: ['Mod+Alt+0'] },
} as const satisfies Record<string, Line>

const library = {
  'library.quick': { label: 'library.command.quick', keys: ['B'] },
  'library.copy': { label: 'library.command.copy', keys: ['Mod+\''] },
  'library.stack': { label: 'library.command.stack', keys: ['Mod+G'] },
  'library.unstack': { label: 'library.command.unstack', keys: ['Mod+Shift+G'] },
  'library.fold': { label: 'library.command.fold', keys: ['S'] },
  'library.earlier': { label: 'library.command.earlier', keys: ['Alt+ArrowLeft'] },
  'library.later': { label: 'library.command.later', keys: ['Alt+ArrowRight'] },
  'library.rename': { label: 'library.command.rename', keys: ['F2'] },
  'library.remove': { label: 'library.command.remove', keys: ['Delete', 'Backspace'] },
  'library.removeRejected': { label: 'library.command.removeRejected', keys: ['Mod+Backspace'] },
  'library.lookForBlur': { label: 'library.command.lookForBlur', keys: ['Mod+B'] },
  'library.stopLooking': { label: 'library.command.stopLooking', keys: [] },
  'library.sidecars': { label: 'library.command.sidecars', keys: ['Mod+S'] },
} as const satisfies Record<string, Line>

const develop = {
  'develop.before': { label: 'develop.command.before', keys: ['\\'] },
  'develop.beside': { label: 'develop.command.beside', keys: ['Y'] },
  'develop.split': { label: 'develop.command.split', keys: ['Shift+Y'] },
  'develop.stacked': { label: 'develop.command.stacked', keys: ['Alt+Y'] },
  'develop.sharpness': { label: 'develop.command.sharpness', keys: ['W'] },
  'develop.changed': { label: 'develop.command.changed', keys: ['J'] },
  'develop.cancel': { label: 'develop.command.cancel', keys: ['Escape'] },
  'develop.undo': { label: 'develop.command.undo', keys: ['Mod+Z'] },
  'develop.redo': { label: 'develop.command.redo', keys: ['Mod+Shift+Z', 'Mod+Y'] },
  'settings.copy': { label: 'develop.command.copy', keys: ['Mod+Shift+C'] },
  'settings.paste': { label: 'develop.command.paste', keys: ['Mod+Shift+V'] },
  'settings.paste-previous': { label: 'develop.command.pastePrevious', keys: ['Mod+Alt+V'] },
  'settings.sync': { label: 'develop.command.sync', keys: ['Mod+Shift+S'] },
  'settings.sync-now': { label: 'develop.command.syncNow', keys: ['Mod+Alt+S'] },
  'settings.reset': { label: 'develop.command.reset', keys: ['Mod+Shift+R'] },
} as const satisfies Record<string, Line>

const mask = {
  'mask.brush': { label: 'develop.command.brush', keys: ['K'] },
  'mask.linear': { label: 'develop.command.linear', keys: ['M'] },
  'mask.radial': { label: 'develop.command.radial', keys: ['Shift+M'] },
  'mask.smaller': { label: 'develop.command.smaller', keys: ['['] },
  'mask.larger': { label: 'develop.command.larger', keys: [']'] },
  'mask.harder': { label: 'develop.command.harder', keys: ['Shift+['] },
  'mask.softer': { label: 'develop.command.softer', keys: ['Shift+]'] },
  'mask.erase': { label: 'develop.command.erase', keys: ['Alt+E'] },
  'mask.show': { label: 'develop.command.maskShow', keys: ['O'] },
  'mask.colour': { label: 'develop.command.maskColour', keys: ['Shift+O'] },
  'mask.pins': { label: 'develop.command.pins', keys: ['H'] },
  'mask.remove': { label: 'develop.command.removeShape', keys: ['Delete', 'Backspace'] },
} as const satisfies Record<string, Line>

const batch = {
  'export': { label: 'shell.command.export', keys: ['Mod+Shift+E'] },
  'export.previous': { label: 'export.command.previous', keys: ['Mod+Alt+Shift+E'] },
  'batch.restore': { label: 'batch.command.restore', keys: ['Mod+Enter'] },
  'batch.restorePrevious': { label: 'batch.command.restorePrevious', keys: ['Mod+Shift+Enter'] },
  'batch.pause': { label: 'batch.command.pause', keys: ['P'] },
  'batch.cancel': { label: 'batch.command.cancel', keys: ['Delete'] },
  'batch.retry': { label: 'batch.command.retry', keys: ['R'] },
  'batch.up': { label: 'batch.command.up', keys: ['Alt+ArrowUp'] },
  'batch.down': { label: 'batch.command.down', keys: ['Alt+ArrowDown'] },
  'batch.first': { label: 'batch.command.first', keys: ['Alt+Home'] },
  'batch.last': { label: 'batch.command.last', keys: ['Alt+End'] },
} as const satisfies Record<string, Line>

const groups = { general, view, mark, select, zoom, library, develop, mask, batch } as const satisfies Record<CommandGroup, Record<string, Line>>
type Groups = typeof groups
export type CommandId = { [Group in CommandGroup]: keyof Groups[Group] }[CommandGroup]
export interface CommandDescription extends Line { id: CommandId, group: CommandGroup }

/** In the order of the keyboard map. */
export const knownCommands: readonly CommandDescription[] = Object.entries(groups).flatMap(([group, lines]) =>
  Object.entries(lines).map(([id, line]: [string, Line]) => ({ id: id as CommandId, group: group as CommandGroup, ...line })))

const byId = new Map(knownCommands.map((command) => [command.id, command]))

export function describeCommand(id: CommandId): CommandDescription {
  return byId.get(id)!
}
