#!/usr/bin/env node
/** The door in the terminal. Nothing is imported before Node's version is known to be new enough. */
const [major = 0, minor = 0] = process.versions.node.split('.').map(Number)
if (major < 22 || (major === 22 && minor < 18)) {
  const found = process.versions.node
  process.stderr.write(`restill needs Node 22.18 or newer, and this is Node ${found}: get a newer one from https://nodejs.org\n`)
  process.exitCode = 2
} else {
  try {
    const [{ run }, { baseFolder }, { homeFolder }] = await Promise.all([
      import('./program.ts'),
      import('./door.ts'),
      import('../studio/paths.ts'),
    ])
    // A reader that went away (`| head`) must not end a batch.
    for (const stream of [process.stdout, process.stderr]) stream.on('error', () => undefined)
    process.exitCode = await run(process.argv.slice(2), {
      // Help and refused arguments need no catalog: they answer at once.
      open: async (options) => (await import('../studio/studio.ts')).openStudio(options),
      home: homeFolder(),
      stdout: process.stdout,
      stderr: process.stderr,
      environment: process.env,
      base: baseFolder(process.env, process.cwd()),
      signals: process,
      quit: (code) => process.exit(code),
    })
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error)
    process.stderr.write(`restill could not start; if it is not completely installed, run "npm ci" in its folder (${reason})\n`)
    process.exitCode = 1
  }
}
