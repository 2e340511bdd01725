/** The naming template, with what comes of it: the first three names, clashes, files that are there already. */
import { useEffect, useState } from 'react'
import type { ExportPreset } from '../../shared/presets.ts'
import { client } from '../client/client.ts'
import { explainError } from '../client/errors.ts'
import type { ChosenFolder } from '../places/PlaceDialog.tsx'
import { Chip, Icon, Select, TextField } from '../ui/index.ts'
import { t } from '../words/words.ts'
import { placeOf } from './draft.ts'
import { Part } from './Part.tsx'

type Names = Awaited<ReturnType<typeof client.batch.exportNames>>
interface Props { preset: ExportPreset, change: (patch: Partial<ExportPreset>) => void, ids: readonly number[], folder: ChosenFolder | null }

const tokens = ['{name}', '{seq:4}', '{date:YYYY-MM-DD}', '{folder}', '{relpath}', '{engine}', '{preset}', '{rating}', '{camera}']
/** Milliseconds after the last letter. */
const gather = 150

export function NamePart({ preset, change, ids, folder }: Props) {
  const names = useNames(preset, ids, folder)
  const { collision } = preset
  return (
    <Part title={t('export.part.name')} isTall>
      <TextField label={t('export.template.label')} value={preset.naming} maxLength={300} onChange={(naming) => change({ naming })} error={names?.problem ?? null} />
      <div className="r-export-tokens">
        {tokens.map((token) => <Chip key={token} label={token} name={t('export.template.insert', { token })} on={preset.naming.includes(token)}
          onChange={(on) => change({ naming: on ? preset.naming + token : preset.naming.replaceAll(token, '') })} />)}
      </div>
      {names !== null && names.names.length > 0 && (
        <div className="r-export-sample" aria-live="polite">
          <span className="r-dim">{t('export.template.sample')}</span>
          <ol>{names.names.map((name) => <li key={name}><bdi>{name}</bdi></li>)}</ol>
          {names.folder !== null && <span className="r-dim"><bdi>{names.folder}</bdi></span>}
        </div>
      )}
      {names !== null && names.clashes > 0 && <p className="r-export-warning" role="alert"><Icon name="warning" />{t('export.clashes', { count: names.clashes })}</p>}
      {names !== null && names.existing > 0 && <p className="r-export-warning"><Icon name="warning" />{t('export.existing', { count: names.existing })}</p>}
      <Select label={t('export.collision.label')} value={collision === 'skip' ? 'unique' : collision} onChange={(value) => change({ collision: value })}
        options={(['unique', 'overwrite'] as const).map((value) => ({ value, label: t(`export.collision.${value}`) }))} />
    </Part>
  )
}

function useNames(preset: ExportPreset, ids: readonly number[], folder: ChosenFolder | null): Names | null {
  const [names, setNames] = useState<Names | null>(null)
  const key = JSON.stringify([preset, ids, folder?.token])
  useEffect(() => {
    if (ids.length === 0 || preset.naming === '') return setNames(null)
    const stop = new AbortController()
    const timer = setTimeout(() => {
      client.batch.exportNames({ ids: [...ids], preset, place: placeOf(preset, folder) }, { signal: stop.signal }).then(setNames, (error: unknown) => {
        if (!stop.signal.aborted) setNames({ names: [], clashes: 0, existing: 0, folder: null, problem: explainError(error).message })
      })
    }, gather)
    return () => {
      clearTimeout(timer)
      stop.abort()
    }
  }, [key])
  return names
}
