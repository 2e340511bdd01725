/** One photo on the stage: its thumbnail at once, the preview over it, and tiles of the whole photo when the preview has too few pixels. */
import { useEffect, useLayoutEffect, useMemo, useRef, useState } from 'react'
import { useQuery } from '@tanstack/react-query'
import { client } from '../../client/client.ts'
import { previewUrl, thumbUrl, zoomUrl } from '../../client/pictures.ts'
import { MapOverlay } from '../../develop/stage/MapOverlay.tsx'
import { TileLayer } from '../../develop/stage/tile-layer.ts'
import { place, type Placement, type Size } from '../../develop/geometry/viewport.ts'
import { useLibrary } from '../../state/library.ts'
import { nameOf } from '../actions.ts'
import { usePhotoSize } from './size.ts'
import { useGestures } from './use-gestures.ts'
import { usePaneSize, type PaneSize } from './use-pane.ts'
import { useZoom } from './zoom.ts'
import './photo.css'

/** Long side of a preview, pixels. */
const previewSide = 2048
/** Side of a tile of the whole photo, pixels. */
const tileSide = 512

/** @param isActive keys that zoom act on this pane */
export function PhotoPane({ id, isActive, showSharpness = false }: { id: number, isActive: boolean, showSharpness?: boolean }) {
  const box = useRef<HTMLDivElement>(null)
  const pane = usePaneSize(box)
  const { photo, isKnown } = usePhotoSize(id)
  const viewport = useZoom((state) => state.viewport)
  const placement = useMemo(() => place(photo, pane, viewport), [photo.width, photo.height, pane.width, pane.height, viewport])
  const gestures = useGestures(box, photo, pane, pane.ratio)
  useEffect(() => {
    if (isActive) useZoom.setState({ photo, pane })
  }, [isActive, photo.width, photo.height, pane.width, pane.height])
  useLibrary((state) => state.table.names.get(id))
  return (
    <div ref={box} className="r-photo-pane" role="img" aria-label={nameOf(id)} data-item={id} data-zoom={placement.scale} data-fit={viewport.zoom === 'fit'} {...gestures}>
      {pane.width > 0 && <Picture key={id} id={id} photo={photo} pane={pane} placement={placement} withTiles={isKnown && Math.max(placement.width, placement.height) > previewSide} />}
      {showSharpness && <Sharpness id={id} placement={placement} ratio={pane.ratio} />}
    </div>
  )
}

interface PictureProps { id: number, photo: Size, pane: PaneSize, placement: Placement, withTiles: boolean }

function Picture({ id, photo, pane, placement, withTiles }: PictureProps) {
  const version = useLibrary((state) => state.table.columns.version[state.table.rows.get(id) ?? -1] ?? 0)
  const [isSharp, setSharp] = useState(false)
  const { ratio } = pane
  const style = { left: placement.left / ratio, top: placement.top / ratio, width: placement.width / ratio, height: placement.height / ratio }
  return (
    <>
      <img className="r-photo-image" style={style} src={thumbUrl(id, version)} alt="" draggable={false} />
      <img className="r-photo-image" style={style} src={previewUrl(id, version)} alt="" draggable={false} data-preview data-state={isSharp ? 'shown' : 'coming'} onLoad={() => setSharp(true)} />
      {withTiles && <Tiles id={id} version={version} photo={photo} pane={pane} placement={placement} />}
    </>
  )
}

function Tiles({ id, version, photo, pane, placement }: Omit<PictureProps, 'withTiles'> & { version: number }) {
  const host = useRef<HTMLDivElement>(null)
  const layer = useRef<TileLayer | null>(null)
  useLayoutEffect(() => {
    const made = new TileLayer(host.current!, ({ level, column, row }) => zoomUrl(id, level, column, row, version))
    layer.current = made
    return () => made.dispose()
  }, [id, version])
  useLayoutEffect(() => {
    const levels = 1 + Math.max(0, Math.ceil(Math.log2(Math.max(photo.width, photo.height) / tileSide)))
    layer.current?.show({ pyramid: { ...photo, tileSide, levels }, placement, pane, ratio: pane.ratio })
  }, [id, version, photo.width, photo.height, placement, pane.width, pane.height, pane.ratio])
  return <div ref={host} className="r-photo-tiles" />
}

function Sharpness({ id, placement, ratio }: { id: number, placement: Placement, ratio: number }) {
  const { data } = useQuery({ queryKey: ['sharpness', id], queryFn: ({ signal }) => client.develop.sharpness({ id }, { signal }) })
  return data === undefined ? null : <MapOverlay map={data} placement={placement} ratio={ratio} />
}
