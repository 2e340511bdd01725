/**
 * What a result says about itself: software, edit history, origin, IPTC digital source type and AI system, and our own namespace.
 * Written whatever else of the metadata is kept.
 */
import { randomUUID } from 'node:crypto'
import type { ControlValue } from '../../../shared/descriptor.ts'
import type { MetadataChoice } from '../../../shared/presets.ts'
import { textOf, type Tag } from './tags.ts'

export interface EditDeclaration {
  /** Name and version: 'restill 0.1.0'. */
  software: string
  engine: string
  pack: string
  packVersion: string
  packHash: string
  controls: Readonly<Record<string, ControlValue>>
  /** 0..1. */
  strength: number
  /** Working scale that ran: 1, 0.5 or 0.25. */
  scale: number
  /** Share of the result that the photo explains, 0..1; null where it was not measured. */
  trust: number | null
  when: Date
  jobKey: string
  /** True when the result may hold content that the photo does not. */
  generative: boolean
}

const digitalSource = 'http://cv.iptc.org/newscodes/digitalsourcetype/'
/** How much of a picture was made by a machine, least first (IPTC Digital Source Type). */
const sourceTypes = ['algorithmicallyEnhanced', 'compositeSynthetic', 'compositeWithTrainedAlgorithmicMedia', 'trainedAlgorithmicMedia'] as const

/**
 * ExifTool arguments that write the declaration. They follow the copied metadata, so that history is appended to.
 * @param source tags of the original: its document ids, and the camera firmware that stood in Software
 */
export function declarationArguments(edit: EditDeclaration, source: readonly Tag[], sourceName: string, choice: MetadataChoice): string[] {
  const version = edit.software.split(' ').at(-1) ?? edit.software
  const kept = choice.keep === 'all'
  const before = kept ? textOf(source, 'IFD0', 'Software') ?? textOf(source, 'XMP-xmp', 'CreatorTool') : null
  const unchanged = edit.strength === 0
  const parameters = [
    unchanged ? 'strength 0: not deblurred' : `deblurred with engine ${edit.engine}, pack ${edit.pack} ${edit.packVersion}, strength ${edit.strength}, scale ${edit.scale}`,
    ...(before === null ? [] : [`Software before: ${before}`]),
  ].join('; ')
  const history = {
    Action: unchanged ? 'saved' : 'edited', When: exifDate(edit.when), SoftwareAgent: edit.software, Changed: '/', Parameters: parameters,
  }
  return [
    set('IFD0:Software', edit.software),
    set('XMP-xmp:CreatorTool', edit.software),
    ...(kept && source.some(tag => tag.group === 'XMP-tiff' && tag.name === 'Software') ? [set('XMP-tiff:Software', edit.software)] : []),
    `-XMP-xmpMM:History+=${struct(history)}`,
    ...documentIds(source, sourceName, kept),
    ...sourceType(edit, source, choice),
    ...(unchanged ? [] : [
      set('XMP-iptcExt:AISystemUsed', `restill ${edit.engine} (${edit.pack})`),
      set('XMP-iptcExt:AISystemVersionUsed', `${version} (${edit.packVersion})`),
    ]),
    set('XMP-restill:Version', version),
    set('XMP-restill:Engine', edit.engine),
    set('XMP-restill:Pack', edit.pack),
    set('XMP-restill:PackVersion', edit.packVersion),
    set('XMP-restill:PackHash', edit.packHash),
    set('XMP-restill:Controls', JSON.stringify(edit.controls)),
    set('XMP-restill:Strength', String(edit.strength)),
    set('XMP-restill:Scale', String(edit.scale)),
    ...(edit.trust === null ? [] : [set('XMP-restill:Trust', edit.trust.toFixed(3))]),
    set('XMP-restill:JobKey', edit.jobKey),
  ]
}

/**
 * What this edit did, or what the photo said of itself where that is more; strength 0 did nothing. The preset may say more than was done,
 * nothing says less.
 */
function sourceType(edit: EditDeclaration, source: readonly Tag[], choice: MetadataChoice): string[] {
  const composite = edit.generative || choice.declareComposite
  const own = edit.strength === 0 ? -1 : sourceTypes.indexOf(composite ? 'compositeWithTrainedAlgorithmicMedia' : 'algorithmicallyEnhanced')
  const said = textOf(source, 'XMP-iptcExt', 'DigitalSourceType')
  const before = sourceTypes.findIndex(type => said?.endsWith(`/${type}`) === true)
  const type = sourceTypes[Math.max(own, before)]
  return type === undefined ? [] : [set('XMP-iptcExt:DigitalSourceType', digitalSource + type)]
}

/** A new instance of the same document; where it comes from is named by the ids of the source, as far as it has any. */
function documentIds(source: readonly Tag[], sourceName: string, kept: boolean): string[] {
  const documentId = textOf(source, 'XMP-xmpMM', 'DocumentID')
  const instanceId = textOf(source, 'XMP-xmpMM', 'InstanceID')
  const originalId = textOf(source, 'XMP-xmpMM', 'OriginalDocumentID')
  const instance = set('XMP-xmpMM:InstanceID', `xmp.iid:${randomUUID()}`)
  if (!kept) return [instance]
  const derivedFrom = {
    ...(documentId === null ? {} : { DocumentID: documentId }),
    ...(instanceId === null ? {} : { InstanceID: instanceId }),
    ...(originalId === null ? {} : { OriginalDocumentID: originalId }),
    FilePath: sourceName,
  }
  return [
    instance,
    ...(documentId === null ? [set('XMP-xmpMM:DocumentID', `xmp.did:${randomUUID()}`)] : []),
    ...(documentId !== null && originalId === null ? [set('XMP-xmpMM:OriginalDocumentID', documentId)] : []),
    `-XMP-xmpMM:DerivedFrom=${struct(derivedFrom)}`,
  ]
}

function set(tag: string, value: string): string {
  return `-${tag}=${line(value)}`
}

/** ExifTool's structure notation: `|` escapes its own signs. */
function struct(fields: Readonly<Record<string, string>>): string {
  return `{${Object.entries(fields).map(([name, value]) => `${name}=${line(value).replace(/[|,{}[\]]/g, '|$&')}`).join(',')}}`
}

/** Arguments are lines: line breaks and control characters become spaces. */
function line(text: string): string {
  return text.replace(/[\p{Cc}\u2028\u2029]+/gu, ' ').trim()
}

function exifDate(date: Date): string {
  return `${date.toISOString().slice(0, 19).replace('T', ' ').replaceAll('-', ':')}+00:00`
}
