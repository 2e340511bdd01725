/**
 * The picture page: what every control of every engine that has a pack does to a sample photo, at 100 %: `node docs/scripts/controls.ts`. Writes
 * docs/controls.md and docs/pictures/controls/<engine>-<control>.jpg. Below every picture: its difference from the first restored one, eight times.
 */
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import sharp from 'sharp'
import { openStudio } from '../../src/main/studio/studio.ts'
import type { Control, ControlValue, Controls } from '../../src/shared/descriptor.ts'

const samples = join(import.meta.dirname, '../../resources/samples')
const target = join(import.meta.dirname, '../pictures/controls')
/** What is restored, and the piece in its middle that is shown. */
const piece = { width: 512, height: 384 }
const shown = { width: 232, height: 174 }
const amplify = 8
const gap = 4
const caption = 24

/** By engine: the sample, where its piece begins, and sentences about it: a right one and a wrong one. */
const subjects: Readonly<Record<string, { file: string, left: number, top: number }>> = {
  'nafnet-edge': { file: 'street-sign.jpg', left: 500, top: 300 },
  'adarevd': { file: 'canal-houses.jpg', left: 500, top: 500 },
  'demoe': { file: 'flower-bed.jpg', left: 500, top: 500 },
  'osdd': { file: 'bookshelf.jpg', left: 500, top: 400 },
  'glowdeblur': { file: 'street-sign.jpg', left: 700, top: 500 },
}
const sentences = ['', 'a wall of red bricks', 'green leaves']
/** Controls that act only beside another one. */
const beside: Readonly<Record<string, Controls>> = {
  share: { second: 'defocus' }, captionWeight: { caption: sentences[1]! },
}
const vectors = ['base', '4,0,4,4,0,2', '4,4,4,4,4,4']

function valuesOf(control: Control): ControlValue[] {
  switch (control.kind) {
    case 'number': {
      const { min, max, step } = control
      const grid = (value: number) => Number((min + Math.round((value - min) / step) * step).toFixed(6))
      return [...new Set([min, control.default, ...[1, 2].map(quarter => grid(min + (max - min) * quarter / 4)), max])].sort((a, b) => a - b)
    }
    case 'choice': return control.options.map(({ value }) => value)
    case 'toggle': return [false, true]
    case 'text': return sentences
    case 'point': return vectors
  }
}

function wordsOf(control: Control, value: ControlValue): string {
  if (control.kind === 'choice') return control.options.find(option => option.value === value)?.label ?? String(value)
  if (control.kind === 'toggle') return value === true ? 'on' : 'off'
  return value === '' ? '(nothing)' : String(value)
}

const folder = await mkdtemp(join(tmpdir(), 'restill-controls-'))
const studio = await openStudio({ home: join(folder, 'home') })
try {
  await mkdir(target, { recursive: true })
  const page = [
    '# What the controls do', '',
    'Pieces of our own sample photos at 100 %, written by `node docs/scripts/controls.ts`. Below each one: its difference from the first restored piece, eight times, around grey.', '',
  ]
  for (const { descriptor } of await studio.develop.engines()) {
    const subject = subjects[descriptor.id]
    if (subject === undefined) continue
    const source = join(folder, `${descriptor.id}.png`)
    await sharp(join(samples, subject.file)).extract({ left: subject.left, top: subject.top, ...piece }).png().toFile(source)
    page.push(`## ${descriptor.title}`, '', descriptor.sentence, '')
    const restored = async (controls: Controls, strength = 1) => {
      const file = join(folder, 'result.png')
      await studio.restoreOnce(source, file, { engine: descriptor.id, scale: 1, controls, strength, encode: { format: 'png' } })
      const pixels = await cut(file)
      await rm(file)
      return pixels
    }
    for (const control of descriptor.controls) {
      const panels = [{ words: 'photo', pixels: await cut(source) }]
      for (const value of valuesOf(control)) panels.push({ words: wordsOf(control, value), pixels: await restored({ ...beside[control.id], [control.id]: value }) })
      const name = `${descriptor.id}-${control.id}.jpg`
      await draw(panels, join(target, name))
      page.push(`### ${control.label}`, '', control.help, '', `![${control.label}: ${panels.map(({ words }) => words).join('; ')}](pictures/controls/${name})`, '')
      console.log(name)
    }
    if (descriptor.id === 'nafnet-edge') {
      const panels = [{ words: 'photo', pixels: await cut(source) }]
      for (const strength of [0, 0.5, 1]) panels.push({ words: `strength ${strength}`, pixels: await restored({}, strength) })
      await draw(panels, join(target, 'strength.jpg'))
      page.push('### Strength, of every engine', '', 'How much of what the engine changed is used; 0 is the photo itself.', '', '![Strength: photo; 0; 0.5; 1](pictures/controls/strength.jpg)', '')
    }
  }
  await writeFile(join(import.meta.dirname, '../controls.md'), page.join('\n'))
} finally {
  await studio.close()
  await rm(folder, { recursive: true, force: true })
}

async function cut(file: string): Promise<Buffer> {
  const place = { left: (piece.width - shown.width) / 2, top: (piece.height - shown.height) / 2 }
  return sharp(file).extract({ ...place, ...shown }).removeAlpha().toColourspace('srgb').raw().toBuffer()
}

/** Pictures side by side under their words, each above its difference from the first restored one. */
async function draw(panels: readonly { words: string, pixels: Buffer }[], file: string): Promise<void> {
  const raw = { ...shown, channels: 3 as const }
  const first = panels[1]!.pixels
  const width = panels.length * (shown.width + gap) - gap
  const height = caption + 2 * shown.height + gap
  const layers = await Promise.all(panels.flatMap(({ words, pixels }, index) => {
    const left = index * (shown.width + gap)
    const apart = Buffer.from(pixels.map((value, at) => Math.max(0, Math.min(255, 128 + amplify * (value - first[at]!)))))
    const label = `<svg width="${shown.width}" height="${caption}"><text x="2" y="17" font-family="sans-serif" font-size="13" fill="#ddd">${words.replaceAll('&', '&amp;').replaceAll('<', '&lt;')}</text></svg>`
    const place = async (input: Buffer, top: number) => ({ input: await sharp(input, { raw }).png().toBuffer(), left, top })
    return [Promise.resolve({ input: Buffer.from(label), left, top: 0 }), place(pixels, caption), place(apart, caption + shown.height + gap)]
  }))
  await sharp({ create: { width, height, channels: 3, background: '#222' } }).composite(layers).jpeg({ quality: 90 }).toFile(file)
}
