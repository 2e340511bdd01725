import { previewUrl, thumbUrl } from '../../client/pictures.ts'
import { t } from '../../words/words.ts'
import { useStage } from '../state/stage.ts'

/** Until the photo is open: its thumbnail, and the preview over it, where the whole photo will lie. */
export function OpeningStage({ item, version }: { item: number, version: number }) {
  const isFit = useStage(state => state.viewport.zoom === 'fit')
  return (
    <div className="r-develop-stage" role="status" aria-label={t('develop.opening')}>
      {isFit && <img className="r-develop-opening" src={thumbUrl(item, version)} alt="" />}
      {isFit && <img className="r-develop-opening" src={previewUrl(item, version)} alt="" />}
    </div>
  )
}
