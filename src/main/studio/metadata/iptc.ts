/** IPTC (IIM) for formats that have no place for it: its fields go into their XMP counterparts, as the IPTC mapping guidelines say. */
import type { MetadataChoice } from '../../../shared/presets.ts'
import type { Tag } from './tags.ts'

interface Counterpart { iptc: string, group: string, name: string, kind: 'rights' | 'place' | 'text' }

const counterparts: readonly Counterpart[] = [
  pair('ObjectName', 'XMP-dc', 'Title'), pair('Caption-Abstract', 'XMP-dc', 'Description'), pair('Keywords', 'XMP-dc', 'Subject'),
  pair('By-line', 'XMP-dc', 'Creator', 'rights'), pair('CopyrightNotice', 'XMP-dc', 'Rights', 'rights'), pair('Credit', 'XMP-photoshop', 'Credit', 'rights'),
  pair('Source', 'XMP-photoshop', 'Source', 'rights'), pair('By-lineTitle', 'XMP-photoshop', 'AuthorsPosition', 'rights'), pair('Headline', 'XMP-photoshop', 'Headline'),
  pair('SpecialInstructions', 'XMP-photoshop', 'Instructions'), pair('Writer-Editor', 'XMP-photoshop', 'CaptionWriter'),
  pair('OriginalTransmissionReference', 'XMP-photoshop', 'TransmissionReference'), pair('City', 'XMP-photoshop', 'City', 'place'),
  pair('Province-State', 'XMP-photoshop', 'State', 'place'), pair('Country-PrimaryLocationName', 'XMP-photoshop', 'Country', 'place'),
  pair('Country-PrimaryLocationCode', 'XMP-iptcCore', 'CountryCode', 'place'), pair('Sub-location', 'XMP-iptcCore', 'Location', 'place'),
]

/** IIM's own housekeeping, without meaning outside of it. */
const housekeeping = new Set(['CodedCharacterSet', 'EnvelopeRecordVersion', 'ApplicationRecordVersion'])

export function holdsIptc(path: string): boolean {
  return !/\.(webp|avif)$/i.test(path)
}

/** Copy arguments for fields that the source's XMP does not say already. */
export function iptcToXmp(source: readonly Tag[], choice: MetadataChoice): string[] {
  return counterparts
    .filter(({ iptc }) => source.some(tag => tag.family === 'IPTC' && tag.name === iptc))
    .filter(({ group, name }) => !source.some(tag => tag.group === group && isNamed(tag, name)))
    .filter(({ kind }) => choice.keep !== 'none' && (choice.keep !== 'copyright' || kind === 'rights') && !(choice.removeLocation && kind === 'place'))
    .map(({ iptc, group, name }) => `-${group}:${name}<IPTC:${iptc}`)
}

/** True when an IPTC tag is said by its XMP counterpart in the result. */
export function isInXmp(tag: Tag, result: readonly Tag[]): boolean {
  if (tag.family !== 'IPTC' || result.some(other => other.family === 'IPTC')) return false
  if (housekeeping.has(tag.name)) return true
  const counterpart = counterparts.find(({ iptc }) => iptc === tag.name)
  return counterpart !== undefined && result.some(other => other.group === counterpart.group && isNamed(other, counterpart.name))
}

/** Language variants count: `Title-de`. */
function isNamed(tag: Tag, name: string): boolean {
  return tag.name === name || tag.name.startsWith(`${name}-`)
}

function pair(iptc: string, group: string, name: string, kind: Counterpart['kind'] = 'text'): Counterpart {
  return { iptc, group, name, kind }
}
