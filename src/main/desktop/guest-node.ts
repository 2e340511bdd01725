/** The plain Node that runs the guests: Electron's own binary is none. */
import { existsSync } from 'node:fs'
import { join } from 'node:path'

/**
 * @param resources Electron's resources folder; a packaged app carries its Node in `node/` there
 * @param checkout root folder of a checkout
 * @returns `node`, looked for in PATH, where no other is found
 */
export function guestNode(resources: string, checkout: string, platform: NodeJS.Platform, arch: string): string {
  const name = platform === 'win32' ? 'node.exe' : 'node'
  const candidates = [join(resources, 'node', name), join(checkout, 'node_modules', `node-${platform}-${arch}`, 'bin', name)]
  return candidates.find((file) => existsSync(file)) ?? name
}
