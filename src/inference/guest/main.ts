/**
 * Entry of the guest process: the only process that decodes photos and runs networks. Plain Node, started by the studio, ended with its port.
 * `--role=infer|pixels` says what it does; `--probe=NAME` tries one device and prints a verdict, so that a crashing driver takes no photo with it.
 */
const [major = 0, minor = 0] = process.versions.node.split('.').map(Number)
if (major < 22 || (major === 22 && minor < 18)) {
  process.stderr.write(`restill needs Node 22.18 or newer; this is ${process.versions.node}.\n`)
  process.exit(1)
}

// ONNX Runtime's official builds report to their maker (since 1.29 on Linux and macOS too) unless this stands before they are loaded.
process.env['ORT_DISABLE_TELEMETRY'] = '1'

const argument = (name: string) => process.argv.find(text => text.startsWith(`--${name}=`))?.slice(name.length + 3)

const probe = argument('probe')
if (probe !== undefined) {
  const { probeInThisProcess } = await import('../runtime/probe.ts')
  process.stdout.write(`${JSON.stringify(await probeInThisProcess(probe))}\n`)
  process.exit(0)
}
const { servePort } = await import('./port.ts')
if (argument('role') === 'pixels') servePort('pixels', async () => (await import('./pixels.ts')).handlers)
else servePort('infer', async () => (await import('./infer.ts')).handlers)

export {}
