/** Under the stage: how both states are compared, what lies over the photo, how large it is. */
import type { Session } from '../../shared/contract/develop.ts'
import { keysOf } from '../commands/dispatch.ts'
import { keyLabel } from '../commands/keys.ts'
import { runCommand, useActiveCommands } from '../commands/registry.ts'
import type { IconName } from '../ui/Icon.tsx'
import { Button, IconButton, Menu } from '../ui/index.ts'
import { number, t, type WordKey } from '../words/words.ts'
import { scaleOf } from './geometry/viewport.ts'
import { useDevelop, currentChoice } from './state/develop.ts'
import { commonOverlays, overlayName } from './state/overlays.ts'
import { setCompare, useStage, type Compare } from './state/stage.ts'
import { zoomStep, zoomTo } from './state/zoom.ts'

const comparisons: readonly { compare: Compare, icon: IconName, label: WordKey, command: string }[] = [
  { compare: 'split', icon: 'split', label: 'develop.compare.split', command: 'develop.split' },
  { compare: 'beside', icon: 'beside', label: 'develop.compare.beside', command: 'develop.beside' },
  { compare: 'stacked', icon: 'stacked', label: 'develop.compare.stacked', command: 'develop.stacked' },
]
/** Puts the photo with these settings into the queue. */
const restore = 'batch.restore'
/** An entry that shows no map. */
const none = 'none'

export function DevelopToolbar({ session }: { session: Session }) {
  const { before, compare, overlay, maskShown, viewport, pane } = useStage()
  const choice = useDevelop(currentChoice)
  const commands = useActiveCommands()
  const keyOf = (id: string): string | undefined => {
    const command = commands.find(one => one.id === id)
    const [first] = command === undefined ? [] : keysOf(command)
    return first === undefined ? undefined : keyLabel(first)
  }
  const own = choice?.descriptor.overlays ?? []
  const scale = scaleOf(viewport, session, pane)
  const entry = (id: string, shortcut?: string) => ({ id, label: overlayName(id), selected: overlay === id, shortcut })
  return (
    <>
      <IconButton label={t('develop.compare.toggle')} icon="before" pressed={before} shortcut={keyOf('develop.before')} onPress={() => useStage.setState({ before: !before })} />
      {comparisons.map(one => (
        <IconButton key={one.compare} label={t(one.label)} icon={one.icon} pressed={compare === one.compare} shortcut={keyOf(one.command)} onPress={() => setCompare(one.compare)} />
      ))}
      <Menu label={t('develop.overlay.title')} onAction={id => id === 'mask' ? useStage.setState({ maskShown: !maskShown }) : useStage.setState({ overlay: id === none ? null : id })} groups={[
        { entries: [{ id: none, label: t('develop.overlay.none'), selected: overlay === null }] },
        ...own.length === 0 ? [] : [{ title: t('develop.overlay.ofEngine'), entries: own.map(({ id }) => entry(id)) }],
        { title: t('develop.overlay.ofPhoto'), entries: commonOverlays.map(id => entry(id, id === 'changed' ? keyOf('develop.changed') : id === 'sharpness' ? keyOf('develop.sharpness') : undefined)) },
        { entries: [{ id: 'mask', label: t('develop.overlay.mask'), selected: maskShown, shortcut: keyOf('mask.show') }] },
      ]}>
        <Button kind="quiet" icon="overlay" onPress={() => undefined}>{overlay === null ? t('develop.overlay.title') : overlayName(overlay)}</Button>
      </Menu>
      <span className="r-develop-row-gap" />
      <IconButton label={t('develop.zoom.out')} icon="minus" shortcut={keyOf('zoom.out')} onPress={() => zoomStep(-1, session)} />
      <Button kind="quiet" onPress={() => zoomTo(viewport.zoom === 'fit' ? 1 : 'fit', session)}>
        <span className="r-develop-zoom" aria-live="polite">{zoomWord(viewport.zoom, scale)}</span>
      </Button>
      <IconButton label={t('develop.zoom.in')} icon="plus" shortcut={keyOf('zoom.in')} onPress={() => zoomStep(1, session)} />
      {commands.some(one => one.id === restore) && <Button kind="primary" onPress={() => runCommand(restore)}>{t('develop.restore')}</Button>}
    </>
  )
}

function zoomWord(zoom: number | 'fit', scale: number): string {
  if (zoom === 'fit') return t('develop.zoom.fitAt', { percent: number(scale * 100) })
  if (scale === 1) return t('develop.zoom.one')
  return t('develop.zoom.percent', { percent: number(scale * 100) })
}
