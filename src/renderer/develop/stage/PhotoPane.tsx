/** One pane: the photo as it was, the result over it with its strength and mask, then maps and the mask's handles. */
import { useCallback, useMemo, type CSSProperties } from 'react'
import type { DevelopSettings, OverlayMap, Session } from '../../../shared/contract/develop.ts'
import { previewUrl, tileUrl } from '../../client/pictures.ts'
import type { PictureTile } from '../geometry/picture-tiles.ts'
import { place, type Placement } from '../geometry/viewport.ts'
import { useDevelop } from '../state/develop.ts'
import { useStage, type Pane } from '../state/stage.ts'
import { MapLines } from './MapLines.tsx'
import { MapOverlay } from './MapOverlay.tsx'
import { MaskHandles } from './MaskHandles.tsx'
import { MaskOverlay } from './MaskOverlay.tsx'
import { useMaskImage } from './use-mask-image.ts'
import { useTileLayer } from './use-tile-layer.ts'

interface PhotoPaneProps { pane: Pane, session: Session, item: number, version: number, settings: DevelopSettings, map: OverlayMap | null, label: string }

export function PhotoPane({ pane, session, item, version, settings, map, label }: PhotoPaneProps) {
  const viewport = useStage(state => state.viewport)
  const ratio = useStage(state => state.ratio)
  const maskShown = useStage(state => state.maskShown)
  const tool = useStage(state => state.tool)
  const placement = useMemo(() => place(session, pane, viewport), [session.session, pane.width, pane.height, viewport])
  const style = { left: pane.left / ratio, top: pane.top / ratio, width: pane.width / ratio, height: pane.height / ratio }
  const hasResult = pane.side !== 'source'
  return (
    <div className="r-develop-pane" style={style} role="group" aria-label={label} data-side={pane.side} data-zoom={placement.scale}>
      <SourceLayer {...{ session, item, version, pane, placement, ratio }} />
      {hasResult && <ResultLayer {...{ session, settings, pane, placement, ratio }} />}
      {map !== null && map.kind !== 'lines' && <MapOverlay map={map} placement={placement} ratio={ratio} />}
      {map?.kind === 'lines' && <MapLines map={map} photo={session} pane={pane} placement={placement} ratio={ratio} />}
      {hasResult && maskShown && settings.mask !== null && <MaskOverlay mask={settings.mask} photo={session} pane={pane} placement={placement} ratio={ratio} />}
      {hasResult && (tool !== null) && <MaskHandles mask={settings.mask} photo={session} placement={placement} ratio={ratio} />}
    </div>
  )
}

interface LayerProps { session: Session, pane: Pane, placement: Placement, ratio: number }

function SourceLayer({ session, item, version, pane, placement, ratio }: LayerProps & { item: number, version: number }) {
  const addressOf = useCallback(({ level, column, row }: PictureTile) => tileUrl(session.session, 'source', level, column, row, 0), [session.session])
  const { host, isComplete } = useTileLayer({ pyramid: session, session: session.session, addressOf, placement, pane, ratio, revision: 0 })
  return (
    <div className="r-develop-photo" ref={host} data-layer="source" data-complete={isComplete}>
      {!isComplete && <img className="r-develop-photo-base" src={previewUrl(item, version)} alt="" draggable={false} />}
    </div>
  )
}

function ResultLayer({ session, settings, pane, placement, ratio }: LayerProps & { settings: DevelopSettings }) {
  const revision = useDevelop(state => state.revision)
  const before = useStage(state => state.before)
  const split = useStage(state => state.compare === 'split' ? state.divider : null)
  const addressOf = useCallback((tile: PictureTile) => {
    const version = useDevelop.getState().versions?.of(tile) ?? null
    return version === null ? null : tileUrl(session.session, 'result', tile.level, tile.column, tile.row, version)
  }, [session.session])
  const { host, isComplete } = useTileLayer({ pyramid: session, session: session.session, addressOf, placement, pane, ratio, revision })
  const mask = useMaskImage(settings.mask, session, pane, placement, ratio)
  // Until the mask is drawn the photo stays as it was: what is masked must not flash.
  const isHidden = before || (settings.mask !== null && mask === undefined)
  const window: CSSProperties = {
    opacity: settings.strength, visibility: isHidden ? 'hidden' : 'visible',
    ...split === null ? {} : { clipPath: `inset(0 0 0 ${Math.round(split * pane.width) / ratio}px)` },
  }
  // The mask lies on a box around the tiles: their own box belongs to the tile layer, which moves it.
  const maskBox = { left: placement.left / ratio, top: placement.top / ratio, width: placement.width / ratio, height: placement.height / ratio }
  return (
    <div className="r-develop-after" style={window}>
      <div className="r-develop-after-mask" style={{ ...maskBox, ...mask }}>
        <div className="r-develop-after-shift" style={{ left: -maskBox.left, top: -maskBox.top }}>
          <div className="r-develop-photo" ref={host} data-layer="result" data-complete={isComplete} />
        </div>
      </div>
    </div>
  )
}
