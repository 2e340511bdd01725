/** What the terminal lends to a command: streams, signals, the environment, and the way to a studio. Tests bring their own. */
import { isAbsolute, join, resolve } from 'node:path'
import type { Studio, StudioOptions } from '../studio/api.ts'
import type { Stream } from './output.ts'

export interface Door {
  open(options: StudioOptions): Promise<Studio>
  /** Where the catalog and all that belongs to it lie. */
  home: string
  stdout: Stream
  stderr: Stream
  environment: NodeJS.ProcessEnv
  /** The folder that relative paths start from. */
  base: string
  signals: NodeJS.EventEmitter
  /** Ends the program at once. */
  quit(code: number): void
}

/**
 * Where the person stands: npm runs scripts in the folder of package.json and names the real one in INIT_CWD.
 */
export function baseFolder(environment: NodeJS.ProcessEnv, current: string): string {
  const script = environment['npm_lifecycle_event']
  return script === 'fix' || script === 'restill' ? (environment['INIT_CWD'] ?? current) : current
}

export function resolvePaths(base: string, paths: readonly string[]): string[] {
  return paths.map((path) => (isAbsolute(path) ? resolve(path) : resolve(base, path)))
}

export interface OpenOptions {
  /** Another folder than the door's own. */
  home?: string
  catalog?: string
  lowPriority?: boolean
}

export function studioOptions(door: Door, options: OpenOptions, onNotice: NonNullable<StudioOptions['onNotice']>): StudioOptions {
  return {
    home: options.home ?? door.home,
    ...(options.catalog === undefined ? {} : { catalog: resolve(door.base, options.catalog) }),
    lowPriority: options.lowPriority ?? false,
    onNotice,
  }
}

/** The photos that come with restill, for a first try. */
export function samplesFolder(): string {
  return join(import.meta.dirname, '..', '..', '..', 'resources', 'samples')
}
