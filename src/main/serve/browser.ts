/** The person's own browser. */
import { spawn } from 'node:child_process'
import { platform } from 'node:os'

/** Tries to show `address`; where there is no browser nothing happens, the address stands in the terminal. */
export function openBrowser(address: string): void {
  const [command, ...args] = platform() === 'win32' ? ['rundll32', 'url.dll,FileProtocolHandler', address]
    : [platform() === 'darwin' ? 'open' : 'xdg-open', address]
  const child = spawn(command, args, { stdio: 'ignore', detached: true })
  child.on('error', () => undefined)
  child.unref()
}
