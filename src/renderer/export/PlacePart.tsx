/** Where the files go. */
import { useState } from 'react'
import type { ExportPreset } from '../../shared/presets.ts'
import { PlaceDialog, type ChosenFolder } from '../places/PlaceDialog.tsx'
import { Button, Select, Switch, TextField } from '../ui/index.ts'
import { t } from '../words/words.ts'
import { Part } from './Part.tsx'

interface Props { preset: ExportPreset, change: (patch: Partial<ExportPreset>) => void, folder: ChosenFolder | null, setFolder: (folder: ChosenFolder) => void }

export function PlacePart({ preset, change, folder, setFolder }: Props) {
  const [choosing, setChoosing] = useState(false)
  const { destination } = preset
  return (
    <Part title={t('export.part.place')}>
      <Select label={t('export.place.label')} value={destination.kind} options={(['beside', 'folder', 'subfolder'] as const).map((value) => ({ value, label: t(`export.place.${value}`) }))}
        onChange={(kind) => {
          if (kind === 'beside') change({ destination: { kind, suffix: '-restored' } })
          if (kind === 'subfolder') change({ destination: { kind, name: 'restored' } })
          if (kind === 'folder') {
            change({ destination: { kind, path: folder?.path ?? '-' } })
            if (folder === null) setChoosing(true)
          }
        }} />
      {destination.kind === 'beside' && <TextField label={t('export.place.suffix')} value={destination.suffix} maxLength={60} onChange={(suffix) => suffix !== '' && change({ destination: { ...destination, suffix } })} />}
      {destination.kind === 'subfolder' && <TextField label={t('export.place.subfolderName')} value={destination.name} maxLength={60} onChange={(name) => name !== '' && change({ destination: { ...destination, name } })} />}
      {destination.kind === 'folder' && (
        <div className="r-export-folder">
          <bdi className="r-cut">{folder?.path ?? folder?.name ?? (destination.path.startsWith('/') ? destination.path : t('export.place.none'))}</bdi>
          <Button icon="folder" onPress={() => setChoosing(true)}>{t('export.place.choose')}</Button>
        </div>
      )}
      <Switch label={t('export.place.mirror')} value={preset.mirror} onChange={(mirror) => change({ mirror })} />
      {choosing && (
        <PlaceDialog title={t('export.place.folder')} action={t('export.place.use')} onClose={() => setChoosing(false)} onChoose={(chosen) => {
          setFolder(chosen)
          change({ destination: { kind: 'folder', path: chosen.path ?? chosen.name } })
          setChoosing(false)
        }} />
      )}
    </Part>
  )
}
