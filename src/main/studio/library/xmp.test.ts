import fc from 'fast-check'
import { expect, test } from 'vitest'
import { decodeXmp, parseXmp } from './xmp.ts'

const rdf = 'xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"'
const packet = (inner: string): string => `<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF ${rdf}>${inner}</rdf:RDF></x:xmpmeta>`
const dc = 'xmlns:dc="http://purl.org/dc/elements/1.1/"'
const xmp = 'xmlns:xmp="http://ns.adobe.com/xap/1.0/"'
const exif = 'xmlns:exif="http://ns.adobe.com/exif/1.0/"'

test('elements, as ExifTool and darktable write them', () => {
  expect(parseXmp(packet(`<rdf:Description rdf:about="" ${dc}>
    <dc:title><rdf:Alt><rdf:li xml:lang="de">Hafen</rdf:li><rdf:li xml:lang="x-default">Harbour &amp; boats</rdf:li></rdf:Alt></dc:title>
    <dc:subject><rdf:Bag><rdf:li>sea</rdf:li><rdf:li>42</rdf:li><rdf:li>sea</rdf:li><rdf:li/></rdf:Bag></dc:subject>
   </rdf:Description>
   <rdf:Description rdf:about="" ${xmp}><xmp:Rating>-1</xmp:Rating><xmp:Label>Red</xmp:Label></rdf:Description>`)))
    .toEqual({ title: 'Harbour & boats', keywords: ['sea', '42'], rating: -1, label: 'Red' })
})

test('attributes, as Lightroom writes them, and the camera\'s figures', () => {
  expect(parseXmp(packet(`<rdf:Description rdf:about="" ${xmp} ${exif} xmlns:photoshop="http://ns.adobe.com/photoshop/1.0/"
    xmlns:aux="http://ns.adobe.com/exif/1.0/aux/" xmlns:tiff="http://ns.adobe.com/tiff/1.0/"
    xmp:Rating="4" photoshop:SidecarForExtension="NEF" photoshop:DateCreated="2024-05-01T18:03:22+02:00" exif:ExposureTime="1/200"
    exif:FNumber="28/10" exif:GPSLatitude="51,30.6S" exif:GPSLongitude="0,7,30W" aux:Lens="50mm" tiff:Make="N" tiff:Model="N 1">
    <exif:ISOSpeedRatings><rdf:Seq><rdf:li>400</rdf:li></rdf:Seq></exif:ISOSpeedRatings></rdf:Description>`))).toEqual({
    rating: 4, sidecarFor: 'NEF', capturedAt: '2024-05-01T18:03:22+02:00', shutterSeconds: 0.005, aperture: 2.8,
    latitude: -51.51, longitude: -0.125, lens: '50mm', make: 'N', model: 'N 1', iso: 400,
  })
})

test('a property is known by its namespace and not by its prefix', () => {
  const prefixes = 'xmlns:abc="http://ns.adobe.com/xap/1.0/" xmlns:xmp="http://example.com/"'
  expect(parseXmp(packet(`<rdf:Description ${prefixes} abc:Rating="5" xmp:Label="no"/>`))).toEqual({ rating: 5 })
})

test('hierarchical keywords give their leaves where there are no plain ones', () => {
  expect(parseXmp(packet(`<rdf:Description xmlns:lr="http://ns.adobe.com/lightroom/1.0/"><lr:hierarchicalSubject><rdf:Bag>
    <rdf:li>places|Hamburg|harbour</rdf:li><rdf:li>boat</rdf:li></rdf:Bag></lr:hierarchicalSubject></rdf:Description>`)))
    .toEqual({ keywords: ['harbour', 'boat'] })
})

test('nothing said is nothing', () => {
  expect(parseXmp(packet('<rdf:Description rdf:about=""/>'))).toEqual({})
  expect(parseXmp(packet(`<rdf:Description ${dc}><dc:title/><dc:subject><rdf:Bag/></dc:subject></rdf:Description>`))).toEqual({})
})

test('a position needs both of its halves', () => {
  expect(parseXmp(packet(`<rdf:Description ${exif} exif:GPSLatitude="51,30.6N"/>`))).toEqual({})
  expect(parseXmp(packet(`<rdf:Description ${exif} exif:GPSLatitude="91,0N" exif:GPSLongitude="1,0E"/>`))).toEqual({})
})

test.each([
  '', 'text', '<html><body>404</body></html>', '<x:xmpmeta xmlns:x="a"><broken>', '<x:xmpmeta xmlns:x="a"/>', '\0\0\0',
])('%j is refused in words', (text) => {
  expect(() => parseXmp(text)).toThrow(/XMP|XML|RDF/)
})

test('entities declared by the file are refused', () => {
  const declared = '<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;">]>'
  expect(() => parseXmp(declared + packet(`<rdf:Description ${xmp} xmp:Label="&b;"/>`))).toThrow(/XML/)
})

test('any words survive', () => {
  const escape = (text: string): string => text.replace(/[&<>"]/g, (letter) => `&#${letter.charCodeAt(0)};`)
  fc.assert(fc.property(fc.stringMatching(/^[\p{L}\p{N}\p{S}&<>"'.,;#]([\p{L}\p{N}\p{S}\p{P} ]*[\p{L}\p{N}])?$/u), (words) => {
    const subject = `<dc:subject><rdf:Bag><rdf:li>${escape(words)}</rdf:li></rdf:Bag></dc:subject>`
    expect(parseXmp(packet(`<rdf:Description ${dc}>${subject}</rdf:Description>`)).keywords).toEqual([words])
  }))
})

test('packets in UTF-16', () => {
  const text = packet('<rdf:Description/>')
  const little = Buffer.from(text, 'utf16le')
  expect(decodeXmp(little)).toBe(text)
  expect(decodeXmp(Buffer.from(little).swap16())).toBe(text)
  expect(decodeXmp(Buffer.concat([Buffer.from([0xff, 0xfe]), little]))).toBe(text)
  expect(decodeXmp(Buffer.from(`\ufeff${text}`))).toBe(text)
})
