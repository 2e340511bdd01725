/**
 * Reads the few XMP properties that the catalog keeps, from a sidecar or an embedded packet. Properties are known by their namespace, not
 * by their prefix, and may be written as elements or as attributes.
 */
import { type Attr, DOMParser, type Element, onErrorStopParsing } from '@xmldom/xmldom'

/** Only what was said; a property that is missing or empty is absent. Dates and numbers still as written. */
export interface XmpFields {
  rating?: number
  label?: string
  title?: string
  caption?: string
  keywords?: string[]
  /** ISO 8601, perhaps only a date. */
  capturedAt?: string
  make?: string
  model?: string
  lens?: string
  iso?: number
  shutterSeconds?: number
  aperture?: number
  focalLength?: number
  latitude?: number
  longitude?: number
  /** Extension of the file a Lightroom sidecar belongs to. */
  sidecarFor?: string
}

const namespaces: Record<string, string> = {
  'http://purl.org/dc/elements/1.1/': 'dc', 'http://ns.adobe.com/xap/1.0/': 'xmp', 'http://ns.adobe.com/photoshop/1.0/': 'photoshop',
  'http://ns.adobe.com/lightroom/1.0/': 'lr', 'http://ns.adobe.com/exif/1.0/': 'exif', 'http://cipa.jp/exif/1.0/': 'exifEX',
  'http://ns.adobe.com/tiff/1.0/': 'tiff', 'http://ns.adobe.com/exif/1.0/aux/': 'aux',
}
const rdf = 'http://www.w3.org/1999/02/22-rdf-syntax-ns#'
const xml = 'http://www.w3.org/XML/1998/namespace'

/** By usual prefix and name, as 'xmp:Rating'; each with its items: one for a plain value, several for a list or for several languages. */
type Properties = Map<string, Item[]>
interface Item { text: string, language: string | null }

/** @throws Error in plain words when `text` is not well-formed XML with an RDF description in it */
export function parseXmp(text: string): XmpFields {
  const properties = propertiesOf(text)
  const words = (...names: string[]): string | undefined =>
    names.map((name) => textOf(properties.get(name) ?? [])).find((value) => value !== undefined && value !== '')
  const number = (...names: string[]): number | undefined =>
    names.map((name) => numberOf(textOf(properties.get(name) ?? []))).find((value) => value !== undefined)
  const latitude = degrees(words('exif:GPSLatitude'), 'NS', 90)
  const longitude = degrees(words('exif:GPSLongitude'), 'EW', 180)
  return said({
    rating: number('xmp:Rating'), label: words('xmp:Label'),
    title: words('dc:title'), caption: words('dc:description'), keywords: keywordsOf(properties),
    capturedAt: words('photoshop:DateCreated', 'exif:DateTimeOriginal', 'exif:DateTimeDigitized', 'xmp:CreateDate'),
    make: words('tiff:Make'), model: words('tiff:Model'), lens: words('exifEX:LensModel', 'aux:Lens'),
    iso: number('exif:ISOSpeedRatings', 'exifEX:PhotographicSensitivity'),
    shutterSeconds: number('exif:ExposureTime'), aperture: number('exif:FNumber'), focalLength: number('exif:FocalLength'),
    ...(latitude !== undefined && longitude !== undefined ? { latitude, longitude } : {}),
    sidecarFor: words('photoshop:SidecarForExtension'),
  })
}

/** Packets are UTF-8, seldom UTF-16, with a byte order mark or without. */
export function decodeXmp(bytes: Uint8Array): string {
  const [first, second] = bytes
  if ((first === 0xff && second === 0xfe) || (first === 0x3c && second === 0)) return new TextDecoder('utf-16le').decode(bytes)
  if ((first === 0xfe && second === 0xff) || (first === 0 && second === 0x3c)) return new TextDecoder('utf-16be').decode(bytes)
  return new TextDecoder('utf-8').decode(bytes)
}

function said(fields: { [K in keyof XmpFields]: XmpFields[K] | undefined }): XmpFields {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined))
}

function propertiesOf(text: string): Properties {
  const properties: Properties = new Map()
  const descriptions = rootOf(text).getElementsByTagNameNS(rdf, 'Description')
  for (const description of descriptions) {
    // Descriptions also lie inside properties, as values with a structure.
    if (description.parentNode?.localName !== 'RDF') continue
    for (const attribute of description.attributes) keep(properties, attribute, [{ text: attribute.value, language: null }])
    for (const property of elementsOf(description)) keep(properties, property, itemsOf(property))
  }
  return properties
}

function keep(properties: Properties, node: Element | Attr, items: Item[]): void {
  const prefix = namespaces[node.namespaceURI ?? '']
  if (prefix === undefined || node.localName === null) return
  const key = `${prefix}:${node.localName}`
  if (!properties.has(key)) properties.set(key, items.map(({ text, language }) => ({ text: text.trim(), language })))
}

/** Without what surrounds the XML in files: padding, byte order marks, the packet's wrapper. */
function rootOf(text: string): Element {
  const start = text.search(/<(?:\w+:)?(?:xmpmeta|xapmeta|RDF)[\s>]/)
  if (start < 0) throw new Error('it holds no XMP')
  const packet = text.slice(start, text.lastIndexOf('>') + 1).replace(/<\?xpacket[^>]*\?>/g, '').trim()
  let root: Element | null
  try {
    root = new DOMParser({ onError: onErrorStopParsing }).parseFromString(packet, 'text/xml').documentElement
  } catch {
    throw new Error('it is not valid XML')
  }
  if (root?.localName === 'RDF' || (root !== null && root.getElementsByTagNameNS(rdf, 'RDF').length > 0)) return root
  throw new Error('it holds no RDF')
}

/** A bag, a sequence or a list of languages; a plain value is a list of one. */
function itemsOf(property: Element): Item[] {
  const list = elementsOf(property).find(({ namespaceURI, localName }) => namespaceURI === rdf && /^(Alt|Bag|Seq)$/.test(localName ?? ''))
  const items = list === undefined ? [property] : elementsOf(list)
  return items.map((item) => ({ text: item.textContent ?? '', language: item.getAttributeNS(xml, 'lang') }))
}

function elementsOf(parent: Element): Element[] {
  return [...parent.childNodes].filter((node): node is Element => node.nodeType === node.ELEMENT_NODE)
}

function textOf(items: Item[]): string | undefined {
  return (items.find(({ language }) => language === 'x-default') ?? items[0])?.text
}

function keywordsOf(properties: Properties): string[] | undefined {
  const plain = (properties.get('dc:subject') ?? []).map(({ text }) => text)
  const leaves = (properties.get('lr:hierarchicalSubject') ?? []).map(({ text }) => text.split('|').at(-1) ?? '')
  const words = (plain.some((word) => word !== '') ? plain : leaves).filter((word) => word !== '')
  return words.length > 0 ? [...new Set(words)] : undefined
}

/** '0.5', '28/10'. */
function numberOf(text: string | undefined): number | undefined {
  const [, numerator, denominator] = /^\s*(-?\d+(?:\.\d+)?)(?:\/(\d+(?:\.\d+)?))?\s*$/.exec(text ?? '') ?? []
  if (numerator === undefined) return undefined
  const value = Number(numerator) / Number(denominator ?? 1)
  return Number.isFinite(value) ? value : undefined
}

/** '51,30.123N' or '51,30,12N'. */
function degrees(text: string | undefined, letters: string, limit: number): number | undefined {
  const [, whole, minutes, seconds, letter] = /^(\d+),(\d+(?:\.\d+)?)(?:,(\d+(?:\.\d+)?))?([NSEW])$/.exec(text ?? '') ?? []
  if (letter === undefined || !letters.includes(letter)) return undefined
  const value = Number(whole) + Number(minutes) / 60 + Number(seconds ?? 0) / 3600
  return value <= limit ? (letter === 'S' || letter === 'W' ? -value : value) : undefined
}
