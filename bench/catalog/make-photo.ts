/** One photo of a made-up photographer: ten years, some five hundred shoots, three cameras in use at a time. */
import { createHash } from 'node:crypto'
import { join } from 'node:path'
import { unknownFacts, type PhotoDraft } from '../../src/main/studio/catalog/photo.ts'
import { pick, randomOf } from './random.ts'

const cameras = [
  'Canon EOS R5', 'Canon EOS 5D Mark III', 'NIKON Z 6_2', 'NIKON D750', 'SONY ILCE-7M4', 'FUJIFILM X-T4', 'Apple iPhone 14 Pro', 'Apple iPhone SE',
  'OLYMPUS E-M1MarkII', 'Panasonic DC-GH5', 'RICOH GR III', 'LEICA Q2', 'Google Pixel 7', 'samsung SM-G998B',
]
const lenses = [
  'RF24-70mm F2.8 L IS USM', 'EF50mm f/1.8 STM', 'RF70-200mm F2.8 L IS USM', 'NIKKOR Z 24-120mm f/4 S', 'AF-S Nikkor 85mm f/1.8G',
  'FE 35mm F1.4 GM', 'FE 100-400mm F4.5-5.6 GM OSS', 'XF23mmF2 R WR', 'XF56mmF1.2 R', 'iPhone 14 Pro back triple camera 6.86mm f/1.78',
  'M.Zuiko Digital ED 12-40mm F2.8 Pro', 'LUMIX G 20/F1.7 II', 'GR Lens 18.3mm f/2.8', 'Summilux 28 f/1.7 ASPH', 'Sigma 105mm F2.8 DG DN Macro',
]
const prefixes = ['DSC_', 'IMG_', '_MG_', 'DSCF', 'P', 'PXL_', 'L1']
const shoots = ['wedding', 'harbour', 'family', 'mountains', 'concert', 'garden', 'street', 'football', 'museum', 'winter', 'portraits', 'market']
const words = ['night', 'children', 'boat', 'tree', 'bride', 'snow', 'dog', 'window', 'rain', 'stage', 'flower', 'bridge', 'old town', 'sea', 'smile']
const shutters = [1 / 8000, 1 / 2000, 1 / 1000, 1 / 500, 1 / 250, 1 / 125, 1 / 60, 1 / 30, 1 / 15, 1 / 4, 1, 8]
const perShoot = 200

export interface MadePhoto { draft: PhotoDraft, random: () => number }

/** @param count of the whole library: the shoots are spread over ten years */
export function photoNumber(number: number, count: number, root: string, shape: { width: number, height: number }): MadePhoto {
  const shoot = Math.floor((number - 1) / perShoot)
  const ofShoot = randomOf(1_000_000_007 + shoot)
  const random = randomOf(number)
  const day = new Date(Date.UTC(2015, 0, 1) + shoot / Math.ceil(count / perShoot) * 10 * 365.25 * 86_400_000 + ofShoot() * 6 * 3_600_000)
  const taken = new Date(day.getTime() + ((number - 1) % perShoot) * (5000 + 20_000 * ofShoot()))
  const folder = join(root, String(day.getUTCFullYear()), `${day.toISOString().slice(0, 10)} ${pick(shoots, ofShoot())} ${shoot}`)
  const [first, second] = [pick(cameras, ofShoot()), pick(cameras, ofShoot())]
  const camera = random() < 0.7 ? first : second
  const name = `${prefixes[cameras.indexOf(camera) % prefixes.length]!}${String(number % 10_000).padStart(4, '0')}.jpg`
  const hash = createHash('sha256').update(`photo ${number}`).digest('hex')
  const scale = pick([18.75, 15, 12.5, 20, 9.4], random())
  return {
    random,
    draft: {
      path: join(folder, name), folder, name, root, fileHash: hash, imageHash: hash, bytes: 4_000_000 + Math.floor(random() * 20_000_000),
      modifiedMs: taken.getTime(), sidecars: '',
      facts: { ...unknownFacts, format: 'jpeg', space: 'rgb', width: Math.round(shape.width * scale), height: Math.round(shape.height * scale) },
      capturedAt: taken.toISOString().slice(0, 19), camera, lens: pick(lenses, random()),
      iso: 100 * 2 ** Math.floor(random() * 8), shutterSeconds: pick(shutters, random()), aperture: pick([1.8, 2.8, 4, 5.6, 8], random()),
      focalLength: pick([24, 35, 50, 85, 135, 200], random()), latitude: null, longitude: null,
      rating: random() < 0.75 ? null : random() < 0.15 ? -1 : 1 + Math.floor(random() * 5),
      label: random() < 0.9 ? null : pick(['Red', 'Yellow', 'Green', 'Blue', 'Purple'], random()),
      title: null, caption: random() < 0.1 ? `${pick(words, random())} and ${pick(words, random())}` : null,
      keywords: random() < 0.3 ? [...new Set([pick(words, random()), pick(words, random())])] : [],
      state: random() < 0.002 ? 'missing' : 'present', error: null, note: null, importedAt: new Date(taken.getTime() + 86_400_000).toISOString(),
    },
  }
}
