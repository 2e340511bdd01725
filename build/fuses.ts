/**
 * Sets the fuses of a packaged app, before it is signed: `node build/fuses.ts <binary or .app>`, or `afterPack` of a packager.
 * What a fuse forbids, no argument, variable or file beside the app can bring back.
 */
import { flipFuses, FuseV1Options, FuseVersion, type FuseConfig } from '@electron/fuses'

/** Every fuse by name: a new one in a later Electron stops the build until it was thought about. */
export const fuses: FuseConfig = {
  version: FuseVersion.V1,
  strictlyRequireAllFuses: true,
  resetAdHocDarwinSignature: process.platform === 'darwin',
  // The guests run under a Node of their own.
  [FuseV1Options.RunAsNode]: false,
  [FuseV1Options.EnableNodeOptionsEnvironmentVariable]: false,
  [FuseV1Options.EnableNodeCliInspectArguments]: false,
  [FuseV1Options.EnableCookieEncryption]: true,
  [FuseV1Options.EnableEmbeddedAsarIntegrityValidation]: true,
  [FuseV1Options.OnlyLoadAppFromAsar]: true,
  // Pages come by the app's own scheme, none by file:.
  [FuseV1Options.GrantFileProtocolExtraPrivileges]: false,
  [FuseV1Options.LoadBrowserProcessSpecificV8Snapshot]: false,
  [FuseV1Options.WasmTrapHandlers]: true,
}

if (process.argv[1] === import.meta.filename) {
  const [binary] = process.argv.slice(2)
  if (binary === undefined) {
    console.error('Name the packaged app: node build/fuses.ts <binary or .app>')
    process.exitCode = 2
  } else await flipFuses(binary, fuses)
}
