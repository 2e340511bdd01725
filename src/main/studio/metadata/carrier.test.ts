import { execFile, spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync } from 'node:fs'
import { copyFile, mkdir, open, readdir, readFile, rename, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { promisify } from 'node:util'
import sharp from 'sharp'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { tempFolder } from '../../../../test/helpers/temp.ts'
import { MetadataCarrier } from './carrier.ts'
import { closeExifTool, edit, encoded, exiftool, keepAll, richJpeg } from '../../../../test/helpers/metadata.ts'
import { ExifToolProcess, type ExifToolAnswer } from './exiftool.ts'
import { tagsFromJson, type Tag } from './tags.ts'

let carrier: MetadataCarrier
beforeAll(() => { carrier = new MetadataCarrier() })
afterAll(async () => { await carrier.close(); await closeExifTool() })

async function tags(file: string): Promise<Tag[]> {
  return tagsFromJson(await exiftool(['-json', '-G0:1:4', '-a', '-u', '-n', file]), file)
}
const valueOf = (found: Tag[], place: string): unknown => {
  const [group, name] = place.split(':')
  return found.find(tag => tag.group === group && tag.name === name)?.value
}

async function carried(format: string, choice = keepAll, change: Partial<typeof edit> = {}) {
  const folder = await tempFolder()
  const source = await richJpeg(folder)
  const target = join(folder, `.restill-job.part.${format}`)
  const size = await encoded(source, target)
  const icc = (await sharp(target).metadata()).icc
  const before = await readFile(source)
  const result = await carrier.carry({ source, target, ...size, choice, edit: { ...edit, ...change } })
  expect(await readFile(source)).toEqual(before)
  expect((await sharp(target).metadata()).icc).toEqual(icc)
  expect((await readdir(folder)).filter(name => name.includes('.part.'))).toEqual([`.restill-job.part.${format}`])
  return { folder, source, target, result, found: await tags(target) }
}

test('everything goes into a JPEG; size, orientation and thumbnail are those of the result', async () => {
  const { found, result, target } = await carried('jpg')
  expect(result).toMatchObject({ carried: true, notCarried: [], notices: [] })
  for (const [place, value] of Object.entries({
    'IFD0:Make': 'Acme', 'IFD0:Copyright': '© Eve', 'ExifIFD:ISO': 3200, 'ExifIFD:DateTimeOriginal': '2024:05:01 18:03:22', 'GPS:GPSLatitude': 46.5, 'IPTC:City': 'Zürich',
    'XMP-dc:Title-de': 'Nacht', 'XMP-zoo:Keeper': 'Ålesund 日本', 'XMP-xmp:Rating': 4,
    'IFD0:Orientation': 1, 'XMP-tiff:Orientation': 1, 'ExifIFD:ExifImageWidth': 48, 'ExifIFD:ExifImageHeight': 64,
  })) expect([place, valueOf(found, place)]).toEqual([place, value])
  expect(valueOf(found, 'XMP-zoo:Cages')).toEqual(['lion', 'owl'])
  expect(found.some(tag => tag.group === 'IFD1' || tag.name === 'ThumbnailImage')).toBe(false)
  expect((await sharp(target).metadata()).width).toBe(48)
})

test('the edit is declared, the firmware is kept in the history, the ids tell where it comes from', async () => {
  const { found, target } = await carried('jpg')
  expect(valueOf(found, 'IFD0:Software')).toBe('restill 0.1.0')
  expect(valueOf(found, 'XMP-xmp:CreatorTool')).toBe('restill 0.1.0')
  expect(valueOf(found, 'XMP-iptcExt:DigitalSourceType')).toBe('http://cv.iptc.org/newscodes/digitalsourcetype/algorithmicallyEnhanced')
  expect(valueOf(found, 'XMP-iptcExt:AISystemUsed')).toContain('nafnet-edge-mini')
  expect(valueOf(found, 'XMP-xmpMM:HistorySoftwareAgent')).toEqual('restill 0.1.0')
  expect(valueOf(found, 'XMP-xmpMM:HistoryWhen')).toEqual('2026:01:02 03:04:05+00:00')
  expect(valueOf(found, 'XMP-xmpMM:HistoryParameters')).toContain('Software before: Firmware 1.07')
  expect(valueOf(found, 'XMP-xmpMM:DerivedFromDocumentID')).toBe('xmp.did:source')
  expect(valueOf(found, 'XMP-xmpMM:DerivedFromInstanceID')).toBe('xmp.iid:source')
  expect(valueOf(found, 'XMP-xmpMM:OriginalDocumentID')).toBe('xmp.did:first')
  expect(valueOf(found, 'XMP-xmpMM:InstanceID')).toMatch(/^xmp\.iid:[0-9a-f-]{36}$/)
  expect(await readFile(target, 'latin1')).toContain('https://restill.app/ns/1.0/')
  expect(valueOf(found, 'XMP-restill:Trust')).toBe(0.9)
  expect(await carrier.readOwn(target)).toEqual({
    version: '0.1.0', engine: 'nafnet-edge', pack: 'nafnet-edge-mini', packVersion: '1.2.0', packHash: 'ab'.repeat(32), controls: edit.controls, strength: 0.8, scale: 0.5, jobKey: 'k-1',
  })
})

test('a second edit adds a second entry; an engine that invents says so', async () => {
  const { folder, target } = await carried('jpg', keepAll, { generative: true })
  const again = join(folder, 'again.jpg')
  const size = await encoded(target, again)
  await carrier.carry({ source: target, target: again, ...size, choice: keepAll, edit: { ...edit, software: 'restill 0.2.0' } })
  const found = await tags(again)
  expect(valueOf(found, 'XMP-xmpMM:HistorySoftwareAgent')).toEqual(['restill 0.1.0', 'restill 0.2.0'])
  expect(valueOf(await tags(target), 'XMP-iptcExt:DigitalSourceType')).toContain('compositeWithTrainedAlgorithmicMedia')
  expect(valueOf(found, 'XMP-iptcExt:DigitalSourceType')).toContain('compositeWithTrainedAlgorithmicMedia')
})

test('a person may declare more than was made up', async () => {
  const { found } = await carried('jpg', { ...keepAll, keep: 'none', declareComposite: true })
  expect(valueOf(found, 'XMP-iptcExt:DigitalSourceType')).toContain('compositeWithTrainedAlgorithmicMedia')
})

test('strength 0 declares nothing that was not done, and keeps what the photo said of itself', async () => {
  const { found } = await carried('jpg', { ...keepAll, declareComposite: true }, { strength: 0, generative: true })
  expect(found.filter(tag => ['DigitalSourceType', 'AISystemUsed', 'AISystemVersionUsed'].includes(tag.name))).toEqual([])
  expect(valueOf(found, 'XMP-xmpMM:HistoryAction')).toBe('saved')
  const { folder, target } = await carried('jpg', keepAll, { generative: true })
  const again = join(folder, 'again.jpg')
  const size = await encoded(target, again)
  await carrier.carry({ source: target, target: again, ...size, choice: { ...keepAll, keep: 'none' }, edit: { ...edit, strength: 0 } })
  expect(valueOf(await tags(again), 'XMP-iptcExt:DigitalSourceType')).toContain('compositeWithTrainedAlgorithmicMedia')
})

test.each([['png', []], ['webp', ['Photoshop resources: URL']], ['avif', ['Photoshop resources: URL']], ['tif', []]])('everything goes into a %s but %j', async (format, lost) => {
  const { found, result } = await carried(format)
  expect(result).toMatchObject({ carried: true, notCarried: lost, notices: [] })
  if (lost.length > 0) expect(valueOf(found, 'XMP-photoshop:City')).toBe('Zürich')
  else expect(valueOf(found, 'IPTC:City')).toBe('Zürich')
  expect(valueOf(found, 'IFD0:Make')).toBe('Acme')
  expect(valueOf(found, 'ExifIFD:DateTimeOriginal')).toBe('2024:05:01 18:03:22')
  expect(valueOf(found, 'GPS:GPSLongitude')).toBe(7.9)
  expect(valueOf(found, 'XMP-zoo:Keeper')).toBe('Ålesund 日本')
  expect(valueOf(found, 'XMP-xmp:Rating')).toBe(4)
  expect(valueOf(found, 'IFD0:Orientation') ?? 1).toBe(1)
})

test('without location no place is left, and the rest is', async () => {
  const { found, target } = await carried('jpg', { ...keepAll, removeLocation: true })
  expect(found.filter(tag => /GPS|City|Country|Location/.test(tag.name))).toEqual([])
  expect(await readFile(target, 'utf8')).not.toContain('Zürich')
  expect(valueOf(found, 'ExifIFD:LensModel')).toBe('Acme 35mm')
  expect(valueOf(found, 'XMP-iptcExt:PersonInImage')).toBe('Bob')
})

test('without people no name is left, and other keywords are', async () => {
  const { found, target } = await carried('jpg', { ...keepAll, removePeople: true })
  expect(await readFile(target, 'latin1')).not.toMatch(/Anna|Bob/)
  expect(valueOf(found, 'IPTC:Keywords')).toBe('bridge')
  expect(valueOf(found, 'XMP-dc:Subject')).toBe('bridge')
  expect(valueOf(found, 'XMP-lr:HierarchicalSubject')).toBe('Things|bridge')
  expect(valueOf(found, 'GPS:GPSLatitude')).toBe(46.5)
})

test('all but camera, copyright, none: each keeps what it says, and the declaration', async () => {
  const kept = async (keep: 'all-but-camera' | 'copyright' | 'none') => (await carried('jpg', { ...keepAll, keep })).found
  const [most, rights, none] = [await kept('all-but-camera'), await kept('copyright'), await kept('none')]
  const present = (found: Tag[]) => ['IFD0:Make', 'ExifIFD:ISO', 'ExifIFD:DateTimeOriginal', 'GPS:GPSLatitude', 'IFD0:Copyright', 'IPTC:By-line', 'XMP-dc:Title', 'XMP-zoo:Keeper',
    'XMP-restill:Engine', 'IFD0:Software'].filter(place => valueOf(found, place) !== undefined)
  expect(present(most)).toEqual(['ExifIFD:DateTimeOriginal', 'GPS:GPSLatitude', 'IFD0:Copyright', 'IPTC:By-line', 'XMP-dc:Title', 'XMP-restill:Engine', 'IFD0:Software'])
  expect(present(rights)).toEqual(['IFD0:Copyright', 'IPTC:By-line', 'XMP-restill:Engine', 'IFD0:Software'])
  expect(present(none)).toEqual(['XMP-restill:Engine', 'IFD0:Software'])
  expect(JSON.stringify(none)).not.toMatch(/Firmware|rich\.jpg|xmp\.did:source/)
})

test.each(['-rf.jpg', '🏔️ ü #1 100%d $HOME.jpg', ' @ leading.jpg', `${'ß'.repeat(125)}.jpg`, ...(process.platform === 'win32' ? [] : ['two\nlines\r.jpg'])])(
  'a photo and a folder named %j', async (name) => {
    const folder = join(await tempFolder(), name.replace('.jpg', '').slice(0, 60))
    await mkdir(folder)
    const source = join(folder, name)
    await rename(await richJpeg(await tempFolder()), source)
    const target = join(folder, '.restill-job.part.jpg')
    await copyFile(source, target)
    const bare = await sharp(source).toBuffer()
    await writeFile(target, bare)
    const result = await carrier.carry({ source, target, width: 64, height: 48, choice: keepAll, edit })
    expect(result).toMatchObject({ carried: true, notCarried: [] })
    expect(await carrier.readOwn(target)).toMatchObject({ jobKey: 'k-1' })
    expect((await readdir(folder)).sort()).toEqual(['.restill-job.part.jpg', name].sort())
  })

test('a source without readable metadata gets the declaration, and the result says so', async () => {
  const folder = await tempFolder()
  const source = join(folder, 'source.jpg')
  await writeFile(source, Buffer.alloc(64, 1))
  const target = join(folder, 'target.jpg')
  await sharp({ create: { width: 8, height: 8, channels: 3, background: '#fff' } }).jpeg().toFile(target)
  const result = await carrier.carry({ source, target, width: 8, height: 8, choice: keepAll, edit })
  expect(result.notices.map(notice => notice.code)).toContain('METADATA_UNREADABLE')
  expect(result.carried).toBe(false)
  expect(await carrier.readOwn(target)).toMatchObject({ jobKey: 'k-1' })
})

test('what the new file cannot hold is named: Photoshop resources, multi-picture segments; a content credential is told to end', async () => {
  const folder = await tempFolder()
  const source = join(folder, 'source.jpg')
  const plain = await readFile(await richJpeg(folder, 'plain.jpg'))
  const box = (type: string, ...parts: Buffer[]) => {
    const body = Buffer.concat([Buffer.from(type), ...parts])
    const length = Buffer.alloc(4)
    length.writeUInt32BE(body.length + 4)
    return Buffer.concat([length, body])
  }
  const segment = (marker: number, body: Buffer) => Buffer.from([0xff, marker, (body.length + 2) >> 8, (body.length + 2) & 255, ...body])
  const description = box('jumd', Buffer.from('6332706100110010800000aa00389b71', 'hex'), Buffer.from([3]), Buffer.from('c2pa\0'))
  const credential = segment(0xeb, Buffer.concat([Buffer.from('JP'), Buffer.from([0, 1, 0, 0, 0, 1]), box('jumb', description)]))
  const resource = Buffer.concat([Buffer.from('8BIM'), Buffer.from([0x03, 0xf3, 0, 0, 0, 0, 0, 8]), Buffer.alloc(8, 1)])
  const photoshop = segment(0xed, Buffer.concat([Buffer.from('Photoshop 3.0\0'), resource]))
  await writeFile(source, Buffer.concat([plain.subarray(0, 2), credential, photoshop, plain.subarray(2)]))
  const target = join(folder, 'target.jpg')
  const size = await encoded(source, target)
  const result = await carrier.carry({ source, target, ...size, choice: keepAll, edit })
  expect(result.notices.map(notice => notice.code)).toEqual(['CONTENT_CREDENTIAL_ENDS'])
  expect(result.notCarried.join('\n')).toMatch(/Photoshop resources: PrintFlags/)
  expect(result.notCarried.join('\n')).toMatch(/content credentials \(C2PA\)/)
})

test('XMP of more than 64 KB goes over whole, unknown namespaces in its further segments included', async () => {
  const folder = await tempFolder()
  const plain = await readFile(await richJpeg(folder, 'plain.jpg'))
  const text = (i: number) => `word ${i} `.repeat(3000)
  const more = `<x:xmpmeta xmlns:x='adobe:ns:meta/'><rdf:RDF xmlns:rdf='http://www.w3.org/1999/02/22-rdf-syntax-ns#'>${[1, 2, 3, 4].map(i =>
    `<rdf:Description rdf:about='' xmlns:far='http://example.org/far/'><far:Tale${i}>${text(i)}</far:Tale${i}></rdf:Description>`).join('')}</rdf:RDF></x:xmpmeta>`
  const bytes = Buffer.from(more)
  const guid = createHash('md5').update(bytes).digest('hex').toUpperCase()
  const segment = (body: Buffer) => Buffer.from([0xff, 0xe1, (body.length + 2) >> 8, (body.length + 2) & 255, ...body])
  const parts = Array.from({ length: Math.ceil(bytes.length / 60_000) }, (_, i) => {
    const numbers = Buffer.alloc(8)
    numbers.writeUInt32BE(bytes.length, 0)
    numbers.writeUInt32BE(i * 60_000, 4)
    return segment(Buffer.concat([Buffer.from(`http://ns.adobe.com/xmp/extension/\0${guid}`), numbers, bytes.subarray(i * 60_000, (i + 1) * 60_000)]))
  })
  const main = segment(Buffer.from(`http://ns.adobe.com/xap/1.0/\0<x:xmpmeta xmlns:x='adobe:ns:meta/'><rdf:RDF xmlns:rdf='http://www.w3.org/1999/02/22-rdf-syntax-ns#'><rdf:Description rdf:about='' xmlns:xmpNote='http://ns.adobe.com/xmp/note/' xmlns:near='http://example.org/near/' xmpNote:HasExtendedXMP='${guid}' near:Word='here'/></rdf:RDF></x:xmpmeta>`))
  const source = join(folder, 'source.jpg')
  const withoutXmp = join(folder, 'without.jpg')
  await writeFile(join(folder, 'in.jpg'), plain)
  await exiftool(['-o', withoutXmp, '-XMP:all=', join(folder, 'in.jpg')])
  const stripped = await readFile(withoutXmp)
  await writeFile(source, Buffer.concat([stripped.subarray(0, 2), main, ...parts, stripped.subarray(2)]))
  for (const [extension, lost] of [['jpg', false], ['tif', true]] as const) {
    const target = join(folder, `target.${extension}`)
    const size = await encoded(source, target)
    const result = await carrier.carry({ source, target, ...size, choice: keepAll, edit })
    const found = await tags(target)
    expect(valueOf(found, 'XMP-near:Word')).toBe('here')
    expect(valueOf(found, 'XMP-restill:Engine')).toBe('nafnet-edge')
    expect([1, 2, 3, 4].map(i => String(valueOf(found, `XMP-far:Tale${i}`)).trim() === text(i).trim())).toEqual([!lost, !lost, !lost, !lost])
    expect(result.notCarried.some(each => each.includes('Tale1'))).toBe(lost)
  }
})

test('what a sidecar says goes into the result, its develop settings do not', async () => {
  const folder = await tempFolder()
  const source = await richJpeg(folder)
  await exiftool(['-o', `${source}.xmp`, '-XMP-dc:Description=from the sidecar', '-XMP-xmp:Rating=5', '-XMP-crs:Exposure2012=+1.5', '-XMP-xmpMM:DocumentID=other', join(folder, 'packet.xmp')])
  const target = join(folder, 'target.jpg')
  const size = await encoded(source, target)
  expect(await carrier.carry({ source, target, ...size, choice: keepAll, edit })).toMatchObject({ carried: true, notCarried: [] })
  const found = await tags(target)
  expect(valueOf(found, 'XMP-dc:Description')).toBe('from the sidecar')
  expect(valueOf(found, 'XMP-xmp:Rating')).toBe(5)
  expect(valueOf(found, 'XMP-xmpMM:DocumentID')).toBe('xmp.did:source')
  expect(found.filter(tag => tag.group === 'XMP-crs')).toEqual([])
  expect(valueOf(found, 'XMP-zoo:Keeper')).toBe('Ålesund 日本')
  expect(valueOf(found, 'XMP-tiff:Orientation')).toBe(1)
})

test('XMP that is no XML does not take the rest with it', async () => {
  const folder = await tempFolder()
  const source = await richJpeg(folder)
  const bytes = await readFile(source)
  const at = bytes.indexOf('</x:xmpmeta>')
  bytes.fill('<', at, at + 10)
  await writeFile(source, bytes)
  const target = join(folder, 'target.jpg')
  const size = await encoded(source, target)
  const result = await carrier.carry({ source, target, ...size, choice: keepAll, edit })
  const found = await tags(target)
  expect(valueOf(found, 'IFD0:Make')).toBe('Acme')
  expect(valueOf(found, 'IPTC:City')).toBe('Zürich')
  expect(valueOf(found, 'XMP-restill:Engine')).toBe('nafnet-edge')
  expect(result.carried).toBe(true)
  expect(result.notices.map(notice => notice.code)).toEqual(['METADATA_DAMAGED'])
})

/** Refuses what a test names, as ExifTool does with metadata that it cannot rebuild. */
class RefusingExifTool extends ExifToolProcess {
  readonly #refuses: (args: readonly string[]) => boolean

  constructor(refuses: (args: readonly string[]) => boolean) {
    super()
    this.#refuses = refuses
  }

  override async run(file: string, args: readonly string[]): Promise<ExifToolAnswer> {
    return args.includes('-o') && this.#refuses(args) ? { stdout: '', errors: ['Error: refused'], warnings: [] } : super.run(file, args)
  }
}

test.each([
  ['maker notes', (args: readonly string[]) => args.includes('-all:all') && !args.includes('--MakerNotes:all'), ['IFD0:Make', 'IPTC:City', 'XMP-zoo:Keeper'], true],
  ['all but EXIF', (args: readonly string[]) => args.includes('-all:all'), ['IFD0:Make', 'XMP-zoo:Keeper'], true],
  ['all but IPTC', (args: readonly string[]) => args.includes('-all:all') || args.includes('-EXIF:all>all:all'), ['IPTC:City', 'XMP-zoo:Keeper'], true],
  ['the XMP packet', (args: readonly string[]) => args.includes('-XMP'), ['IFD0:Make', 'IPTC:City'], true],
  ['everything but the declaration', (args: readonly string[]) => args.includes('-TagsFromFile'), [], false],
])('when ExifTool refuses %s, the rest is carried and the result says so', async (what, refuses, there, isCarried) => {
  const folder = await tempFolder()
  const source = await richJpeg(folder)
  const target = join(folder, 'target.jpg')
  const size = await encoded(source, target)
  const refusing = new MetadataCarrier(new RefusingExifTool(refuses))
  const result = await refusing.carry({ source, target, ...size, choice: keepAll, edit })
  await refusing.close()
  const found = await tags(target)
  expect(['IFD0:Make', 'IPTC:City', 'XMP-zoo:Keeper'].filter(place => valueOf(found, place) !== undefined)).toEqual(there)
  expect(valueOf(found, 'XMP-restill:Engine')).toBe('nafnet-edge')
  expect(result.carried).toBe(isCarried)
  if (what === 'the XMP packet') expect(result.notCarried).toEqual(['XMP (XMP-zoo): Keeper, Cages'])
  else expect(result.notices.map(notice => notice.code)).toEqual(['METADATA_IN_PART'])
})

test('when ExifTool writes nothing at all, the picture stays as it was', async () => {
  const folder = await tempFolder()
  const source = await richJpeg(folder)
  const target = join(folder, 'target.jpg')
  const size = await encoded(source, target)
  const bytes = await readFile(target)
  const refusing = new MetadataCarrier(new RefusingExifTool(() => true))
  expect(await refusing.carry({ source, target, ...size, choice: keepAll, edit })).toMatchObject({ carried: false, notices: [{ code: 'METADATA_FAILED' }] })
  await refusing.close()
  expect(await readFile(target)).toEqual(bytes)
})

test('without ExifTool the picture stays as it was and the result says why', async () => {
  const folder = await tempFolder()
  const source = await richJpeg(folder)
  const target = join(folder, 'target.jpg')
  await copyFile(source, target)
  const missing = new MetadataCarrier(new ExifToolProcess({ path: join(folder, 'no-exiftool') }))
  const result = await missing.carry({ source, target, width: 64, height: 48, choice: keepAll, edit })
  expect(result).toMatchObject({ carried: false, notices: [{ code: 'METADATA_TOOL_MISSING' }] })
  expect(await readFile(target)).toEqual(await readFile(source))
  expect(await missing.available()).toHaveProperty('reason')
  expect(await carrier.available()).toHaveProperty('version')
  await missing.close()
})

test.skipIf(process.platform === 'win32')('a command that hangs ends after its time, and the next one runs', async () => {
  const folder = await tempFolder()
  const source = await richJpeg(folder)
  const target = join(folder, 'target.jpg')
  await copyFile(source, target)
  const fifo = join(folder, 'fifo.jpg')
  await promisify(execFile)('mkfifo', [fifo])
  const impatient = new MetadataCarrier(new ExifToolProcess({ timeoutMs: 1500 }))
  await impatient.available()
  const held = await open(fifo, 'r+')
  await expect(impatient.readOwn(fifo)).rejects.toMatchObject({ code: 'METADATA_FAILED' })
  await held.close()
  expect(await impatient.carry({ source, target, width: 64, height: 48, choice: keepAll, edit })).toMatchObject({ carried: true })
  await impatient.close()
})

/** Process ids of the ExifTools that a process started, oldest first. */
async function exifToolsOf(parent: number | undefined): Promise<string[]> {
  const ids = (await readdir('/proc')).filter(name => /^\d+$/.test(name)).sort((a, b) => Number(a) - Number(b))
  const found = await Promise.all(ids.map(async (id) => {
    const [stat, command] = await Promise.all([readFile(`/proc/${id}/stat`, 'utf8'), readFile(`/proc/${id}/cmdline`, 'utf8')]).catch(() => ['', ''])
    return command.includes('stay_open') && new RegExp(`\\) \\w ${parent} `).test(stat)
  }))
  return ids.filter((_, i) => found[i])
}

test.skipIf(process.platform !== 'linux')('ExifTool outlives Ctrl-C, and ends when the studio is killed', async () => {
  const folder = await tempFolder()
  const script = join(folder, 'studio.mjs')
  await writeFile(script, `
    process.on('SIGINT', () => {})
    const { MetadataCarrier } = await import(${JSON.stringify(join(import.meta.dirname, 'carrier.ts'))})
    const carrier = new MetadataCarrier()
    console.log(JSON.stringify(await carrier.available()))
    process.stdin.on('data', async () => console.log(JSON.stringify(await carrier.readOwn(${JSON.stringify(script)}))))`)
  const studio = spawn(process.execPath, [script], { detached: true, stdio: ['pipe', 'pipe', 'inherit'] })
  const lines = createInterface(studio.stdout)[Symbol.asyncIterator]()
  expect((await lines.next()).value).toContain('version')
  const pid = (await exifToolsOf(studio.pid))[0]
  expect(pid).toBeDefined()
  process.kill(-(studio.pid ?? 0), 'SIGINT')
  studio.stdin.write('x')
  expect((await lines.next()).value).toBe('null')
  expect(existsSync(`/proc/${pid}`)).toBe(true)
  studio.kill('SIGKILL')
  await expect.poll(() => existsSync(`/proc/${pid}`), { timeout: 20_000 }).toBe(false)
})

test.skipIf(process.platform !== 'linux')('an ExifTool that dies is started again, and the photo gets its metadata', async () => {
  const folder = await tempFolder()
  const source = await richJpeg(folder)
  const target = join(folder, 'target.jpg')
  const size = await encoded(source, target)
  const mortal = new MetadataCarrier()
  await mortal.available()
  const carrying = mortal.carry({ source, target, ...size, choice: keepAll, edit })
  process.kill(Number((await exifToolsOf(process.pid)).at(-1)), 'SIGKILL')
  expect(await carrying).toMatchObject({ carried: true, notCarried: [], notices: [] })
  await mortal.close()
})

test('a cancelled carry throws and leaves the target', async () => {
  const folder = await tempFolder()
  const source = await richJpeg(folder)
  await expect(carrier.carry({ source, target: source, width: 1, height: 1, choice: keepAll, edit, signal: AbortSignal.abort() })).rejects.toHaveProperty('name', 'AbortError')
})
