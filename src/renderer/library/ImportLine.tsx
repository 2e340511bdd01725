/** How far an import is, or the look for blur after it, at the top edge of the stage. */
import { useImports } from '../state/imports.ts'
import { useTriage } from '../state/triage.ts'
import { ProgressBar } from '../ui/index.ts'
import { number, t } from '../words/words.ts'

export function ImportLine() {
  const running = useImports((state) => state.running)
  const looking = useTriage((state) => state.running)
  if (running === null && looking !== null) {
    const text = t('library.triage.looking', { done: number(looking.done), total: number(looking.total), name: looking.name })
    return <div className="r-import-line"><ProgressBar label={text} value={looking.done / looking.total} text={text} /></div>
  }
  if (running === null) return null
  const { found, done, name, step } = running
  const text = found === 0 ? t('library.import.looking') : t(step === 'upload' ? 'library.import.uploading' : 'library.import.reading', { done: number(done), found: number(found), name })
  return <div className="r-import-line"><ProgressBar label={text} value={found === 0 ? null : done / found} text={text} /></div>
}
