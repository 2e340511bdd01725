/**
 * Puts stars, label and words into an XMP packet and leaves everything else in it as it was: other properties, other languages, other
 * programs' namespaces. Properties are known by their namespace, as in `xmp.ts`.
 */
import { type Document, DOMParser, type Element, onErrorStopParsing, XMLSerializer } from '@xmldom/xmldom'

/** Null takes a property away; what is absent is left alone. */
export interface XmpWords {
  /** 0..5, -1 rejected. */
  rating?: number | null
  label?: string | null
  title?: string | null
  caption?: string | null
  keywords?: readonly string[] | null
}

const rdf = 'http://www.w3.org/1999/02/22-rdf-syntax-ns#'
const dc = 'http://purl.org/dc/elements/1.1/'
const xmp = 'http://ns.adobe.com/xap/1.0/'
const xml = 'http://www.w3.org/XML/1998/namespace'

const emptyPacket = `<?xpacket begin="\uFEFF" id="W5M0MpCehiHzreSzNTczkc9d"?>
<x:xmpmeta xmlns:x="adobe:ns:meta/">
 <rdf:RDF xmlns:rdf="${rdf}">
  <rdf:Description rdf:about="" xmlns:xmp="${xmp}" xmlns:dc="${dc}"/>
 </rdf:RDF>
</x:xmpmeta>
<?xpacket end="w"?>
`

/**
 * @param packet text of the sidecar, null for a new one
 * @returns the packet with `words` in it
 * @throws Error in plain words when `packet` is not well-formed XML with RDF in it: it is better left alone then
 */
export function mergeXmp(packet: string | null, words: XmpWords): string {
  const { before, root, after } = parts(packet ?? emptyPacket)
  const document = root.ownerDocument
  const home = descriptions(root)[0]
  if (document === null || home === undefined) throw new Error('it holds no RDF description')
  const property = new Properties(document, root, home)
  if (words.rating !== undefined) property.text(xmp, 'xmp:Rating', words.rating === null ? null : String(words.rating))
  if (words.label !== undefined) property.text(xmp, 'xmp:Label', words.label)
  if (words.title !== undefined) property.language(dc, 'dc:title', words.title)
  if (words.caption !== undefined) property.language(dc, 'dc:description', words.caption)
  if (words.keywords !== undefined) property.bag(dc, 'dc:subject', words.keywords ?? [])
  return before + new XMLSerializer().serializeToString(root) + after
}

class Properties {
  readonly #document: Document
  readonly #root: Element
  readonly #home: Element

  constructor(document: Document, root: Element, home: Element) {
    this.#document = document
    this.#root = root
    this.#home = home
  }

  text(namespace: string, name: string, value: string | null): void {
    this.#takeOut(namespace, name)
    if (value !== null) this.#put(namespace, name, [this.#document.createTextNode(value)])
  }

  /** The default language alone is ours. */
  language(namespace: string, name: string, value: string | null): void {
    const others = this.#items(namespace, name).filter((item) => item.getAttributeNS(xml, 'lang') !== 'x-default' && item.hasAttributeNS(xml, 'lang'))
    this.#takeOut(namespace, name)
    const own = value === null ? [] : [this.#item(value, 'x-default')]
    this.#list(namespace, name, 'rdf:Alt', [...own, ...others])
  }

  bag(namespace: string, name: string, values: readonly string[]): void {
    this.#takeOut(namespace, name)
    this.#list(namespace, name, 'rdf:Bag', values.map((value) => this.#item(value, null)))
  }

  #list(namespace: string, name: string, kind: 'rdf:Alt' | 'rdf:Bag', items: Element[]): void {
    if (items.length === 0) return
    const list = this.#document.createElementNS(rdf, kind)
    for (const item of items) list.appendChild(item)
    this.#put(namespace, name, [list])
  }

  #item(value: string, language: string | null): Element {
    const item = this.#document.createElementNS(rdf, 'rdf:li')
    if (language !== null) item.setAttributeNS(xml, 'xml:lang', language)
    item.appendChild(this.#document.createTextNode(value))
    return item
  }

  #put(namespace: string, name: string, content: Parameters<Element['appendChild']>[0][]): void {
    const property = this.#document.createElementNS(namespace, name)
    for (const node of content) property.appendChild(node)
    this.#home.appendChild(property)
  }

  #items(namespace: string, name: string): Element[] {
    return this.#found(namespace, name).flatMap((property) => [...property.getElementsByTagNameNS(rdf, 'li')])
  }

  #found(namespace: string, name: string): Element[] {
    const local = name.slice(name.indexOf(':') + 1)
    return descriptions(this.#root).flatMap((description) => [...description.childNodes].filter((node): node is Element =>
      node.nodeType === node.ELEMENT_NODE && node.namespaceURI === namespace && node.localName === local))
  }

  #takeOut(namespace: string, name: string): void {
    for (const property of this.#found(namespace, name)) property.parentNode?.removeChild(property)
    for (const description of descriptions(this.#root)) description.removeAttributeNS(namespace, name.slice(name.indexOf(':') + 1))
  }
}

/** Those of the packet itself, not the structures inside its properties. */
function descriptions(root: Element): Element[] {
  return [...root.getElementsByTagNameNS(rdf, 'Description')].filter(({ parentNode }) => parentNode?.localName === 'RDF')
}

function parts(packet: string): { before: string, root: Element, after: string } {
  const [, name] = /<((?:\w+:)?(?:xmpmeta|xapmeta|RDF))[\s>]/.exec(packet) ?? []
  const start = packet.search(/<(?:\w+:)?(?:xmpmeta|xapmeta|RDF)[\s>]/)
  const close = name === undefined ? -1 : packet.lastIndexOf(`</${name}`)
  const end = packet.indexOf('>', close) + 1
  if (start < 0 || close < 0 || end === 0) throw new Error('it holds no XMP')
  let root: Element | null
  try {
    root = new DOMParser({ onError: onErrorStopParsing }).parseFromString(packet.slice(start, end), 'text/xml').documentElement
  } catch {
    throw new Error('it is not valid XML')
  }
  if (root === null) throw new Error('it is not valid XML')
  // Whatever it was written in: it is written anew in UTF-8.
  return { before: packet.slice(0, start).replace(/(<\?xml[^>]*encoding=)(["'])[^"']*\2/, '$1"UTF-8"'), root, after: packet.slice(end) }
}
