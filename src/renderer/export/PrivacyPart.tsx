/** What the files tell about the photo and the people in it. */
import type { ExportPreset, MetadataChoice } from '../../shared/presets.ts'
import { Select, Switch } from '../ui/index.ts'
import { t } from '../words/words.ts'
import { Part } from './Part.tsx'

export function PrivacyPart({ preset, change }: { preset: ExportPreset, change: (patch: Partial<ExportPreset>) => void }) {
  const set = (patch: Partial<MetadataChoice>): void => change({ metadata: { ...preset.metadata, ...patch } })
  return (
    <Part title={t('export.part.metadata')}>
      <Select label={t('export.keep.label')} value={preset.metadata.keep} onChange={(keep) => set({ keep })}
        options={(['all', 'all-but-camera', 'copyright', 'none'] as const).map((value) => ({ value, label: t(`export.keep.${value}`) }))} />
      <Switch label={t('export.removeLocation')} value={preset.metadata.removeLocation} onChange={(removeLocation) => set({ removeLocation })} />
      <Switch label={t('export.removePeople')} value={preset.metadata.removePeople} onChange={(removePeople) => set({ removePeople })} />
      <Switch label={t('export.declareComposite')} value={preset.metadata.declareComposite} onChange={(declareComposite) => set({ declareComposite })} />
      <p className="r-dim">{t('export.declared')}</p>
    </Part>
  )
}
