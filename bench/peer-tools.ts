/** Well-known tools that sharpen or deconvolve, on files, by title. */
import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import sharp from 'sharp'

const run = promisify(execFile)
type Peer = (source: string, target: string) => Promise<unknown>

const gmic = (...command: string[]): Peer => (source, target) => run('gmic', [source, ...command, 'cut', '0,255', 'round', 'output', target])

/** Those that are installed; sharp's always is. */
export async function peerTools(): Promise<Record<string, Peer>> {
  const peers: Record<string, Peer> = { 'sharp: sharpen, sigma 1.5': (source, target) => sharp(source).sharpen({ sigma: 1.5 }).png().toFile(target) }
  if (await run('gmic', ['version']).then(() => true, () => false)) {
    peers["G'MIC: unsharp 2,1"] = gmic('unsharp', '2,1')
    peers["G'MIC: Richardson-Lucy, sigma 1, 10 rounds"] = gmic('deblur_richardsonlucy', '1,10')
    peers["G'MIC: Richardson-Lucy, sigma 2, 10 rounds"] = gmic('deblur_richardsonlucy', '2,10')
  } else console.log("G'MIC is not installed: its rows are left out.")
  return peers
}
