/** Format, quality, depth, size, colour. */
import { fileFormats, type EncodeOptions, type ExportPreset } from '../../shared/presets.ts'
import { Select, Slider } from '../ui/index.ts'
import { t } from '../words/words.ts'
import { Part } from './Part.tsx'

interface Props { preset: ExportPreset, change: (patch: Partial<ExportPreset>) => void }

const lossy = ['same', 'jpeg', 'webp', 'avif']
const usualEdge = 2048

export function FileParts({ preset, change }: Props) {
  const { encode } = preset
  const set = (patch: Partial<EncodeOptions>): void => change({ encode: { ...encode, ...patch } })
  const holds16 = ['same', 'png', 'tiff'].includes(encode.format)
  return (
    <>
      <Part title={t('export.part.file')}>
        <Select label={t('export.format.label')} value={encode.format} options={(['same', ...fileFormats] as const).map((value) => ({ value, label: t(`export.format.${value}`) }))}
          onChange={(format) => set({ format, ...(['same', 'png', 'tiff'].includes(format) ? {} : { depth: encode.depth === 16 ? 8 : encode.depth }) })} />
        <Select label={t('export.depth.label')} value={String(encode.depth)} onChange={(value) => set({ depth: value === 'same' ? 'same' : value === '16' ? 16 : 8 })}
          options={(['same', '8', ...(holds16 ? ['16'] as const : [])] as const).map((value) => ({ value, label: t(`export.depth.${value}`) }))} />
        {lossy.includes(encode.format) && <Slider label={t('export.quality')} value={encode.quality} min={1} max={100} step={1} reset={95} onChange={(quality) => set({ quality: Math.round(quality) })} />}
      </Part>
      <Part title={t('export.part.size')}>
        <Select label={t('export.edge.label')} value={encode.longEdge === null ? 'keep' : 'limit'} onChange={(value) => set({ longEdge: value === 'keep' ? null : usualEdge })}
          options={[{ value: 'keep', label: t('export.edge.keep') }, { value: 'limit', label: t('export.edge.limit') }]} />
        {encode.longEdge !== null && <Slider label={t('export.edge.pixels')} value={encode.longEdge} min={256} max={8192} step={16} reset={usualEdge} unit="px" onChange={(value) => set({ longEdge: Math.round(value) })} />}
        <Select label={t('export.colour.label')} value={encode.colour} onChange={(colour) => set({ colour })}
          options={(['same', 'srgb', 'display-p3', 'adobe-rgb'] as const).map((value) => ({ value, label: t(`export.colour.${value}`) }))} />
      </Part>
    </>
  )
}
