/**
 * Which metadata a result keeps. The ICC profile and our own declaration are always there.
 *
 * - `all`: everything that ExifTool can carry, unknown XMP namespaces and MakerNotes included.
 * - `all-but-camera`: descriptions, dates, rights, location, people; no MakerNotes, camera, lens, exposure or raw-development data.
 * - `copyright`: creator, contact, credit and rights alone.
 * - `none`: nothing of the source.
 *
 * `removeLocation` takes GPS in EXIF and XMP, place names in IPTC and XMP (city, state, country, sub-location, location created and shown),
 * Darwin Core, and all of the MakerNotes when they hold a place. `removePeople` takes persons shown, face regions with names (MWG, Microsoft, IPTC), keywords
 * below People (hierarchical) and keywords equal to one of those names, and MakerNotes that hold names of persons. With either,
 * XMP of unknown namespaces is left out: nobody can tell what it says.
 */
import type { MetadataChoice } from '../../../shared/presets.ts'
import type { Tag } from './tags.ts'

export interface CopyPlan {
  /** Copy the XMP packet as it is, unknown namespaces included. */
  xmpBlock: boolean
  /** What to copy of known XMP tags where the packet is not copied as it is; arguments that follow `-TagsFromFile`. */
  xmp: string[]
  /** What to copy of everything but XMP. */
  rest: string[]
  makerNotes: boolean
  /** Exclusions that the privacy switches ask for. */
  without: string[]
  /** Removals that need the copied tags in place: values of lists. */
  afterwards: string[]
}

const locationNames = ['*GPS*', '*Latitude*', '*Longitude*', 'Location*', 'ContentLocation*', 'City', 'State', 'Province-State', 'Country*',
  'Sub-location', 'Geo*', 'WorldRegion*', 'XMP-dwc:all', 'GPS:all']
const peopleNames = ['PersonInImage*', 'RegionInfo*', 'Region*', 'ImageRegion*', 'PersonDisplay*', 'People*', 'HierarchicalKeywords*', 'XPKeywords']
const locationInNotes = /GPS|Latitude|Longitude|^(City|State|Country|Landmark|Location)\d?$/
const peopleInNotes = /BabyName|RecognizedFace\d?Name|FaceName|PersonName/
const peopleBranch = /^(people|persons?|faces|personen|personnes|personas|persone)[|/]/i

const exifWithoutCamera = ['ImageDescription', 'Artist', 'Copyright', 'DateTimeOriginal', 'CreateDate', 'ModifyDate', 'OffsetTime*', 'SubSecTime*',
  'UserComment', 'XResolution', 'YResolution', 'ResolutionUnit', 'ColorSpace', 'Rating', 'RatingPercent', 'XPTitle', 'XPComment', 'XPAuthor',
  'XPKeywords', 'XPSubject'].map(name => `-EXIF:${name}`)
const exifOfRights = ['-EXIF:Artist', '-EXIF:Copyright', '-EXIF:XPAuthor']
const iptcOfRights = ['By-line', 'By-lineTitle', 'CopyrightNotice', 'Credit', 'Source', 'Contact', 'CodedCharacterSet'].map(name => `-IPTC:${name}`)
const xmpOfRights = ['-XMP-dc:Creator', '-XMP-dc:Rights', '-XMP-xmpRights:all', '-XMP-plus:all', '-XMP-cc:all', '-XMP-photoshop:Credit',
  '-XMP-photoshop:Source', '-XMP-photoshop:AuthorsPosition', '-XMP-iptcCore:CreatorContactInfo', '-XMP-photoshop:CopyrightFlag']
const xmpOfCamera = ['exif', 'exifEX', 'aux', 'tiff', 'crs', 'crd', 'GCamera', 'apple-fi'].map(group => `--XMP-${group}:all`)

/** @param source tags of the original */
export function copyPlan(choice: MetadataChoice, source: readonly Tag[]): CopyPlan {
  const private_ = choice.removeLocation || choice.removePeople
  const without = [
    ...(choice.removeLocation ? locationNames : []), ...(choice.removePeople ? peopleNames : []),
  ].map(name => `--${name}`)
  const makerNotes = choice.keep === 'all' && !source.some(tag => tag.family === 'MakerNotes' && holdsValue(tag)
    && ((choice.removeLocation && locationInNotes.test(tag.name)) || (choice.removePeople && peopleInNotes.test(tag.name))))
  const afterwards = choice.removePeople ? peopleKeywords(source) : []
  const place = choice.removeLocation ? [] : ['-GPS:all']
  switch (choice.keep) {
    case 'all':
      return { xmpBlock: !private_, xmp: ['-XMP:all>all:all', ...without], rest: ['-all:all', '-unsafe', '-IPTC:CodedCharacterSet', '--XMP:all', ...without], makerNotes, without, afterwards }
    case 'all-but-camera':
      return {
        xmpBlock: false, xmp: ['-XMP:all>all:all', ...xmpOfCamera, '--XMP-xmpMM:History', ...without],
        rest: [...exifWithoutCamera, ...place, '-IPTC:all', '-IPTC:CodedCharacterSet', ...without], makerNotes, without, afterwards,
      }
    case 'copyright':
      return { xmpBlock: false, xmp: [...xmpOfRights, ...without], rest: [...exifOfRights, ...iptcOfRights, ...without], makerNotes, without, afterwards: [] }
    case 'none':
      return { xmpBlock: false, xmp: [], rest: [], makerNotes, without, afterwards: [] }
  }
}

/** Tags that are missing in the result because they were asked to be. */
export function leftOutOnPurpose(tag: Tag, choice: MetadataChoice): boolean {
  if (choice.keep !== 'all') return true
  if (!choice.removeLocation && !choice.removePeople) return false
  return tag.family === 'XMP' || tag.family === 'MakerNotes' || tag.group === 'GPS' || tag.family === 'IPTC'
}

function peopleKeywords(source: readonly Tag[]): string[] {
  const lists = source.filter(tag => ['HierarchicalSubject', 'TagsList', 'LastKeywordXMP', 'LastKeywordIPTC', 'CatalogSets'].includes(tag.name))
  const below = lists.flatMap(tag => texts(tag.value).filter(text => peopleBranch.test(text)))
  const persons = source.filter(tag => /^(PersonInImage(Name)?|RegionName|RegionPersonDisplayName|PersonDisplayName|PersonName)$/.test(tag.name))
  const names = new Set([...persons.flatMap(tag => texts(tag.value)), ...below.flatMap(text => text.split(/[|/]/).slice(1))])
  return [
    ...lists.flatMap(tag => texts(tag.value).filter(text => peopleBranch.test(text)).map(text => `-${tag.group}:${tag.name}-=${text}`)),
    ...[...names].filter(name => !/[\r\n]/.test(name)).flatMap(name => [`-XMP-dc:Subject-=${name}`, `-IPTC:Keywords-=${name}`]),
  ]
}

function texts(value: unknown): string[] {
  if (Array.isArray(value)) return value.flatMap(texts)
  return typeof value === 'string' || typeof value === 'number' ? [String(value)] : []
}

function holdsValue(tag: Tag): boolean {
  return !/^[\s0-]*$/.test(String(tag.value))
}
