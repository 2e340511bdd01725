#!/usr/bin/env node
// Starts restill from its sources. Plain JavaScript in old words, because a Node that is too old refuses TypeScript before that could say why.
const [major, minor] = process.versions.node.split('.').map(Number)
if (major > 22 || (major === 22 && minor >= 18)) {
  import('./main.ts')
} else {
  console.error(`restill needs Node 22.18 or newer, and this is Node ${process.versions.node}: get a newer one from https://nodejs.org`)
  process.exitCode = 2
}
