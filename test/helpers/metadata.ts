/** For tests: photos with metadata of all kinds, made by sharp and ExifTool on the spot. */
import { rename, writeFile } from 'node:fs/promises'
import { dirname, extname, join } from 'node:path'
import sharp from 'sharp'
import type { CarryRequest } from '../../src/main/studio/metadata/carrier.ts'
import type { EditDeclaration } from '../../src/main/studio/metadata/declare.ts'
import { ExifToolProcess } from '../../src/main/studio/metadata/exiftool.ts'

export const edit: EditDeclaration = {
  software: 'restill 0.1.0', engine: 'nafnet-edge', pack: 'nafnet-edge-mini', packVersion: '1.2.0', packHash: 'ab'.repeat(32),
  controls: { width: 24, note: 'a "quoted" {text}\nwith a line' }, strength: 0.8, scale: 0.5, trust: 0.9, when: new Date('2026-01-02T03:04:05Z'), jobKey: 'k-1', generative: false,
}
export const keepAll: CarryRequest['choice'] = { keep: 'all', removeLocation: false, removePeople: false, declareComposite: false }

const packet = `<?xpacket begin='' id='W5M0MpCehiHzreSzNTczkc9d'?>
<x:xmpmeta xmlns:x='adobe:ns:meta/'><rdf:RDF xmlns:rdf='http://www.w3.org/1999/02/22-rdf-syntax-ns#'>
<rdf:Description rdf:about='' xmlns:zoo='http://example.org/zoo/' xmlns:dc='http://purl.org/dc/elements/1.1/' xmlns:tiff='http://ns.adobe.com/tiff/1.0/'
 xmlns:xmpMM='http://ns.adobe.com/xap/1.0/mm/' xmlns:xmp='http://ns.adobe.com/xap/1.0/' xmlns:lr='http://ns.adobe.com/lightroom/1.0/'
 xmlns:ext='http://iptc.org/std/Iptc4xmpExt/2008-02-29/'
 tiff:Orientation='6' zoo:Keeper='Ålesund 日本' xmp:Rating='4' xmpMM:DocumentID='xmp.did:source' xmpMM:InstanceID='xmp.iid:source' xmpMM:OriginalDocumentID='xmp.did:first'>
<zoo:Cages><rdf:Bag><rdf:li>lion</rdf:li><rdf:li>owl</rdf:li></rdf:Bag></zoo:Cages>
<dc:title><rdf:Alt><rdf:li xml:lang='x-default'>Night</rdf:li><rdf:li xml:lang='de'>Nacht</rdf:li></rdf:Alt></dc:title>
<dc:subject><rdf:Bag><rdf:li>Anna</rdf:li><rdf:li>bridge</rdf:li></rdf:Bag></dc:subject>
<lr:hierarchicalSubject><rdf:Bag><rdf:li>People|Anna</rdf:li><rdf:li>Things|bridge</rdf:li></rdf:Bag></lr:hierarchicalSubject>
<ext:PersonInImage><rdf:Bag><rdf:li>Bob</rdf:li></rdf:Bag></ext:PersonInImage>
</rdf:Description></rdf:RDF></x:xmpmeta>
<?xpacket end='w'?>`

/** A JPEG of 64 x 48 stored pixels with orientation 6, a P3 profile, EXIF with thumbnail and GPS, IPTC, and XMP with a namespace that nobody knows. */
export async function richJpeg(folder: string, name = 'rich.jpg'): Promise<string> {
  const bare = join(folder, 'bare.jpg')
  const thumbnail = join(folder, 'thumbnail.jpg')
  const xmp = join(folder, 'packet.xmp')
  const file = join(folder, 'made.jpg')
  await sharp({ create: { width: 64, height: 48, channels: 3, background: '#456' } }).withIccProfile('p3').jpeg().toFile(bare)
  await sharp({ create: { width: 16, height: 12, channels: 3, background: '#456' } }).jpeg().toFile(thumbnail)
  await writeFile(xmp, packet)
  const withPacket = join(folder, 'packet.jpg')
  await exiftool(['-o', withPacket, `-XMP<=${xmp}`, bare])
  await exiftool(['-o', file, '-IFD0:Make=Acme', '-IFD0:Model=Acme One', '-IFD0:Software=Firmware 1.07', '-IFD0:Orientation#=6', '-IFD0:Copyright=© Eve',
    '-IFD0:Artist=Eve', '-ExifIFD:DateTimeOriginal=2024:05:01 18:03:22', '-ExifIFD:OffsetTimeOriginal=+02:00', '-ExifIFD:ISO=3200', '-ExifIFD:FNumber=1.8',
    '-ExifIFD:ExifImageWidth=64', '-ExifIFD:ExifImageHeight=48', '-ExifIFD:LensModel=Acme 35mm', '-ExifIFD:UserComment=a comment', '-GPS:GPSLatitude=46.5',
    '-GPS:GPSLatitudeRef=N', '-GPS:GPSLongitude=7.9', '-GPS:GPSLongitudeRef=E', `-IFD1:ThumbnailImage<=${thumbnail}`, '-IPTC:CodedCharacterSet=UTF8',
    '-IPTC:City=Zürich', '-IPTC:Keywords=Anna', '-IPTC:Keywords=bridge', '-IPTC:CopyrightNotice=© Eve', '-IPTC:By-line=Eve', '-Photoshop:URL=http://example.org/', withPacket])
  await rename(file, join(folder, name))
  return join(folder, name)
}

/** What an encoder leaves: the pixels upright, the profile, nothing else. */
export async function encoded(source: string, target: string): Promise<{ width: number, height: number }> {
  const { icc } = await sharp(source).metadata()
  const upright = sharp(source, { ignoreIcc: true, failOn: 'none' }).autoOrient()
  const info = await upright.toFile(target)
  if (icc !== undefined) {
    const profile = join(dirname(target), 'profile.icc')
    await writeFile(profile, icc)
    const tagged = join(dirname(target), `tagged${extname(target)}`)
    await exiftool(['-o', tagged, `-ICC_Profile<=${profile}`, target])
    await rename(tagged, target)
  }
  return { width: info.width, height: info.height }
}

let shared: ExifToolProcess | null = null

/** One command of a process that the tests of a file share; errors are failures here. */
export async function exiftool(args: readonly string[]): Promise<string> {
  shared ??= new ExifToolProcess()
  const answer = await shared.run('test', args)
  if (answer.errors.length > 0 && args.includes('-o')) throw new Error(answer.errors.join('\n'))
  return answer.stdout
}

export async function closeExifTool(): Promise<void> {
  await shared?.close()
  shared = null
}
