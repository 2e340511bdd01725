/**
 * What well-known tools do on the same pairs: `node bench/peers.ts <blurred folder> <sharp folder>`.
 * G'MIC's unsharp mask and Richardson-Lucy deconvolution (a generic Gaussian PSF, as a person without a measured one would use), where `gmic` is
 * installed; sharp's unsharp mask always. Prints the mean gain in dB and seconds a photo. Ours: `npm run restill -- eval` on the same folders.
 */
import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, parse } from 'node:path'
import sharp from 'sharp'
import { openStudio } from '../src/main/studio/studio.ts'
import { peerTools } from './peer-tools.ts'

const [blurred, reference] = process.argv.slice(2)
if (blurred === undefined || reference === undefined) {
  console.error('usage: node bench/peers.ts <blurred folder> <sharp folder>')
  process.exit(2)
}

const peers = await peerTools()
const folder = await mkdtemp(join(tmpdir(), 'restill-peers-'))
const studio = await openStudio({ home: join(folder, 'home') })
try {
  const partners = new Map((await readdir(reference)).map(name => [parse(name).name, join(reference, name)]))
  const pairs = (await readdir(blurred)).flatMap(name => {
    const partner = partners.get(parse(name).name)
    return partner === undefined ? [] : [{ name, source: join(blurred, name), partner }]
  })
  for (const [title, peer] of Object.entries(peers)) {
    let gain = 0
    let seconds = 0
    let worst = Infinity
    for (const { source, partner } of pairs) {
      const input = join(folder, 'input.png')
      const target = join(folder, 'output.png')
      await sharp(source).png().toFile(input)
      const start = performance.now()
      await peer(input, target)
      seconds += (performance.now() - start) / 1000
      const change = ((await studio.compare(target, partner)).psnr ?? 100) - ((await studio.compare(input, partner)).psnr ?? 100)
      gain += change
      worst = Math.min(worst, change)
    }
    console.log(`${title.padEnd(46)} ${(gain / pairs.length).toFixed(3).padStart(7)} dB   worst ${worst.toFixed(2).padStart(6)} dB   ${(seconds / pairs.length).toFixed(2)} s a photo   (${pairs.length} pairs)`)
  }
} finally {
  await studio.close()
  await rm(folder, { recursive: true, force: true })
}
