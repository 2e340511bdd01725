/** What the camera and the file say. */
import type { Details } from '../../../shared/contract/library.ts'
import { Section } from '../../ui/index.ts'
import { number, t } from '../../words/words.ts'
import { shutterText } from '../describe.ts'

const units = ['B', 'kB', 'MB', 'GB'] as const

function bytesText(bytes: number): string {
  const power = Math.min(units.length - 1, Math.floor(Math.log10(Math.max(1, bytes)) / 3))
  const value = bytes / 1000 ** power
  return `${number(value, power === 0 || value >= 100 ? 0 : 1)} ${units[power]!}`
}

export function Metadata({ details }: { details: Details | undefined }) {
  return <Section id="right.metadata" title={t('library.metadata')}>{details !== undefined && <Facts {...details} />}</Section>
}

function Facts({ item, path, bytes, facts, aperture, focalLength, latitude, longitude, capturedAt }: Details) {
  const rows: [label: string, value: string | null][] = [
    [t('library.meta.name'), item.name],
    [t('library.meta.folder'), path.slice(0, Math.max(0, path.length - item.name.length - 1)) || path],
    [t('library.meta.size'), `${number(facts.width)} × ${number(facts.height)}, ${t('library.megapixels', { value: number(item.megapixels, 1) })}`],
    [t('library.meta.file'), `${facts.format.toUpperCase()}, ${t('library.bits', { count: facts.depth })}, ${bytesText(bytes)}`],
    [t('library.meta.profile'), facts.profile ?? t('library.untagged')],
    [t('library.meta.captured'), capturedAt === null ? null : capturedAt.replace('T', ' ').slice(0, 19)],
    [t('library.meta.camera'), item.camera], [t('library.meta.lens'), item.lens],
    [t('library.meta.shutter'), shutterText(item.shutterSeconds)],
    [t('library.meta.aperture'), aperture === null ? null : `f/${number(aperture, aperture % 1 === 0 ? 0 : 1)}`],
    [t('library.meta.iso'), item.iso === null ? null : number(item.iso)],
    [t('library.meta.focal'), focalLength === null ? null : `${number(focalLength)} mm`],
    [t('library.meta.place'), latitude === null || longitude === null ? null : `${number(latitude, 5)}, ${number(longitude, 5)}`],
  ]
  return <dl className="r-facts">{rows.filter(([, value]) => value !== null).map(([label, value]) => [<dt key={label}>{label}</dt>, <dd key={`${label}-value`}><bdi>{value}</bdi></dd>])}</dl>
}
