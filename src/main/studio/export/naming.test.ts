import fc from 'fast-check'
import { join, relative, resolve, sep } from 'node:path'
import { expect, test } from 'vitest'
import { RestillError } from '../../../shared/errors.ts'
import { presetSchema } from '../../../shared/presets.ts'
import { destinationRoot, planTarget, type PlannedPhoto } from './destination.ts'
import { expandName, type NameTokens } from './naming.ts'

const tokens: NameTokens = {
  name: 'IMG_0042', ext: 'CR2', seq: 7, capturedAt: '2024-05-01T18:03:22+02:00', fileTime: new Date(2020, 0, 2, 3, 4, 5), folder: 'Holiday',
  relpath: 'Holiday/day 1', engine: 'nafnet-edge', pack: 'nafnet-edge-mini', preset: 'Best', rating: 4, camera: 'Canon EOS 7D', strength: 0.8, scale: 1, copy: 1,
}

test.each([
  ['{name}_restored', 'IMG_0042_restored'],
  ['{seq}-{seq:4}', '7-0007'],
  ['{date:YYYY-MM-DD}_{date:HHmmss}', '2024-05-01_180322'],
  ['{date}', '2024-05-01'],
  ['{relpath}/{name}', 'Holiday/day 1/IMG_0042'],
  ['{date:YYYY/MM}/{name}', '2024/05/IMG_0042'],
  ['{folder} {camera} {rating} {ext}', 'Holiday Canon EOS 7D 4 CR2'],
  ['{engine} {model} {preset} {strength} {scale} {copy}', 'nafnet-edge nafnet-edge-mini Best 0.8 1 1'],
])('%s becomes %s', (template, expected) => {
  expect(expandName(template, tokens, 'jpg')).toBe(expected)
})

test('a photo without capture time takes the time of its file', () => {
  expect(expandName('{date:YYYY-MM-DD HHmm}', { ...tokens, capturedAt: null }, 'jpg')).toBe('2020-01-02 0304')
})

test.each(['{nmae}', '{name', 'name}', '{}', '{seq:x}', '{seq:0}', '{date:x}', '{name:3}', '', '{{name}}'])('%j is refused', (template) => {
  expect(() => expandName(template, tokens, 'jpg')).toThrow(expect.objectContaining({ code: 'NAME_TEMPLATE_INVALID' }) as RestillError)
})

test.each([
  ['../../etc/passwd', '.._.._etc_passwd'], ['a/b\\c:d*e', 'a_b_c_d_e'], ['CON', '_CON'], ['nul.tar', '_nul.tar'], ['COM1', '_COM1'], ['dots. . ', 'dots'],
  ['line\nbreak', 'line_break'], ['-rf', '-rf'], ['..', '_'], ['🏔️ Größe', '🏔️ Größe'],
])('the file name %j is written as %j', (name, expected) => {
  expect(expandName('{name}', { ...tokens, name }, 'jpg')).toBe(expected)
})

test('a name of 255 bytes keeps what the template adds, and stays different from its neighbour', () => {
  const long = 'ü'.repeat(125)
  const names = ['a', 'b'].map(end => expandName('{name}_restored', { ...tokens, name: long + end }, 'jpg'))
  expect(names[0]).toMatch(/^ü+~[0-9a-f]{6}_restored$/u)
  expect(names[0]).not.toBe(names[1])
  for (const name of names) expect(Buffer.byteLength(`${name}.jpg`)).toBeLessThanOrEqual(255)
})

test('whatever template and photo hold: below the destination, portable, at most 255 bytes', () => {
  const wild = fc.oneof(fc.string({ unit: 'binary', maxLength: 300 }), fc.constantFrom('..', '../..', '/', 'C:\\x', 'con', 'aux.jpg', ' ', '.', 'a/../../b', '\u202Egpj.exe', '👩‍👩‍👧‍👦'.repeat(30)))
  const piece = fc.oneof(fc.constantFrom('{name}', '{relpath}/', '{folder}', '{camera}', '{preset}', '{seq:4}', '{date:YYYY/MM}', '/', '..', '../', '_'), wild.map(text => text.replace(/[{}]/g, '')))
  fc.assert(fc.property(fc.array(piece, { minLength: 1, maxLength: 6 }), fc.record({ name: wild, folder: wild, relpath: wild, camera: wild, preset: wild }), (pieces, values) => {
    const template = pieces.join('')
    fc.pre(template !== '')
    const found = expandName(template, { ...tokens, ...values }, 'jpg')
    const root = resolve('/out')
    const path = join(root, `${found}.jpg`)
    expect(relative(root, path).split(sep)).not.toContain('..')
    expect(path.startsWith(root + sep)).toBe(true)
    for (const segment of `${found}.jpg`.split('/')) {
      expect(Buffer.byteLength(segment)).toBeLessThanOrEqual(255)
      expect(segment).not.toMatch(/[<>:"\\|?*\p{Cc}\p{Cs}]/u)
      expect(segment).not.toMatch(/^(con|prn|aux|nul|(com|lpt)\d)\s*(\.|$)/i)
      expect(segment).not.toMatch(/^\s|[\s.]$/)
    }
  }), { numRuns: 300 })
})

const photo: PlannedPhoto = {
  path: resolve('/photos/Trip/day 1/IMG_1.JPG'), root: resolve('/photos/Trip'), capturedAt: null, modifiedMs: 0, rating: null, camera: null,
}
const context = { engine: 'e', pack: 'p', strength: 1, scale: 1, seq: 1 }
const preset = (change: object) => presetSchema.parse({ name: 'test', ...change })

test.each([
  [{}, undefined, '/photos/Trip-restored/day 1', 'IMG_1_restored'],
  [{}, '/out', '/out/day 1', 'IMG_1_restored'],
  [{ mirror: false }, '/out', '/out', 'IMG_1_restored'],
  [{ destination: { kind: 'folder', path: '/dest' } }, undefined, '/dest/day 1', 'IMG_1_restored'],
  [{ destination: { kind: 'subfolder', name: '../restored' } }, undefined, '/photos/Trip/day 1/.._restored', 'IMG_1_restored'],
  [{ naming: '{relpath}/{seq:3}' }, '/out', '/out/day 1', '001'],
])('preset %j with outRoot %s', (change, outRoot, folder, baseName) => {
  expect(planTarget(preset(change), photo, { ...context, outRoot: outRoot ?? null }, 'jpg')).toEqual({ folder: resolve(folder), baseName })
})

test('a photo that a link led to from elsewhere stays below the destination; the root of a disk has a folder inside', () => {
  expect(planTarget(preset({}), { ...photo, root: resolve('/other') }, { ...context, outRoot: '/out' }, 'jpg').folder).toBe(resolve('/out'))
  expect(destinationRoot(preset({}), resolve('/'), null)).toBe(resolve('/restored'))
})
