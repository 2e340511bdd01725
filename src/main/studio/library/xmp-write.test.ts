import { expect, test } from 'vitest'
import { parseXmp } from './xmp.ts'
import { mergeXmp } from './xmp-write.ts'

test('a new packet says what it was given, and reads as such', () => {
  const packet = mergeXmp(null, { rating: 4, label: 'Red', title: 'A <b> & "c"', caption: 'line\nline', keywords: ['sea', 'Elbe & more'] })
  expect(parseXmp(packet)).toEqual({ rating: 4, label: 'Red', title: 'A <b> & "c"', caption: 'line\nline', keywords: ['sea', 'Elbe & more'] })
  expect(packet.startsWith('<?xpacket begin="\uFEFF"')).toBe(true)
})

const darktable = `<?xml version="1.0" encoding="UTF-8"?>
<x:xmpmeta xmlns:x="adobe:ns:meta/" x:xmptk="XMP Core 4.4.0-Exiv2">
 <rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
  <rdf:Description rdf:about="" xmlns:xmp="http://ns.adobe.com/xap/1.0/" xmlns:dc="http://purl.org/dc/elements/1.1/"
    xmlns:darktable="http://darktable.sf.net/" xmp:Rating="1" xmp:CreatorTool="dt" darktable:history_end="2">
   <dc:title><rdf:Alt><rdf:li xml:lang="x-default">Old</rdf:li><rdf:li xml:lang="de-DE">Alt</rdf:li></rdf:Alt></dc:title>
   <dc:subject><rdf:Bag><rdf:li>gone</rdf:li></rdf:Bag></dc:subject>
   <darktable:history><rdf:Seq><rdf:li darktable:operation="exposure" darktable:params="a&#10;b"/></rdf:Seq></darktable:history>
  </rdf:Description>
 </rdf:RDF>
</x:xmpmeta>
<!-- behind -->
`

test('what other programs wrote stays: namespaces, histories, languages, what stands around', () => {
  const merged = mergeXmp(darktable, { rating: 5, title: 'New', keywords: ['sea'] })
  expect(parseXmp(merged)).toEqual({ rating: 5, title: 'New', keywords: ['sea'] })
  for (const kept of ['darktable:history_end="2"', 'xmp:CreatorTool="dt"', 'darktable:operation="exposure"', 'xml:lang="de-DE">Alt<', '<!-- behind -->', '<?xml version="1.0"', 'params="a&#10;b"']) {
    expect(merged).toContain(kept)
  }
  expect(merged.match(/xmp:Rating/g)).toHaveLength(2)
  expect(merged).not.toContain('gone')
  expect(mergeXmp(merged, { rating: 5, title: 'New', keywords: ['sea'] })).toBe(merged)
})

test('a value is taken away by null alone', () => {
  const without = mergeXmp(darktable, { rating: null, title: null, keywords: [] })
  expect(parseXmp(without)).toEqual({ title: 'Alt' })
  expect(parseXmp(mergeXmp(darktable, {}))).toEqual(parseXmp(darktable))
})

test('a packet whose prefixes mean something else is read by its namespaces', () => {
  const odd = `<x:xmpmeta xmlns:x="adobe:ns:meta/"><r:RDF xmlns:r="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
    <r:Description xmlns:xmp="urn:other" xmlns:a="http://ns.adobe.com/xap/1.0/" a:Rating="2" xmp:Rating="mine"/></r:RDF></x:xmpmeta>`
  const merged = mergeXmp(odd, { rating: 3, keywords: ['k'] })
  expect(parseXmp(merged)).toEqual({ rating: 3, keywords: ['k'] })
  expect(merged).toContain('xmp:Rating="mine"')
})

test('what is no XMP is refused and so left alone', () => {
  for (const text of ['', 'hello', '<x:xmpmeta xmlns:x="a"><rdf', '<x:xmpmeta xmlns:x="a"></x:xmpmeta>']) expect(() => mergeXmp(text, { rating: 1 })).toThrow()
})
