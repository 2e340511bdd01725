/** Where a result goes: folder and name, from preset, photo and the place it was imported from. Nothing is touched here. */
import { basename, dirname, extname, isAbsolute, join, relative, resolve, sep } from 'node:path'
import type { ExportPreset } from '../../../shared/presets.ts'
import { expandName } from './naming.ts'
import { safeSegment } from './sanitise.ts'

export interface PlannedPhoto {
  path: string
  /** Folder that was given to the import; a file given alone has its own folder. */
  root: string
  capturedAt: string | null
  modifiedMs: number
  rating: number | null
  camera: string | null
}

interface PlanContext {
  engine: string
  pack: string
  strength: number
  scale: number | string
  /** Number in the batch, from 1. */
  seq: number
  /** Root of the results that the user named; overrides the preset's destination. */
  outRoot?: string | null
  copy?: number
}

interface PlannedTarget {
  folder: string
  /** Without extension. */
  baseName: string
}

/**
 * @param extension of the result, without the dot
 * @throws NAME_TEMPLATE_INVALID
 */
export function planTarget(preset: ExportPreset, photo: PlannedPhoto, context: PlanContext, extension: string): PlannedTarget {
  const inside = belowRoot(photo)
  const extensionOfSource = extname(photo.path)
  const name = expandName(preset.naming, {
    name: basename(photo.path, extensionOfSource), ext: extensionOfSource.slice(1), seq: context.seq, capturedAt: photo.capturedAt,
    fileTime: new Date(photo.modifiedMs), folder: basename(dirname(photo.path)), relpath: inside.split(sep).join('/'),
    engine: context.engine, pack: context.pack, preset: preset.name, rating: photo.rating, camera: photo.camera,
    strength: context.strength, scale: context.scale, copy: context.copy ?? 1,
  }, extension)
  const tree = preset.mirror && !preset.naming.includes('{relpath}') ? inside : ''
  const segments = name.split('/')
  return { folder: join(rootOf(preset, photo, context, tree), ...segments.slice(0, -1)), baseName: segments.at(-1) ?? '_' }
}

/** The folder that a batch writes below, for people and for the check of free space. */
export function destinationRoot(preset: ExportPreset, root: string, outRoot: string | null): string {
  if (outRoot !== null) return resolve(outRoot)
  switch (preset.destination.kind) {
    case 'beside': return beside(resolve(root), preset.destination.suffix)
    case 'folder': return resolve(preset.destination.path)
    case 'subfolder': return join(resolve(root), safeSegment(preset.destination.name))
  }
}

function rootOf(preset: ExportPreset, photo: PlannedPhoto, context: PlanContext, tree: string): string {
  if ((context.outRoot ?? null) === null && preset.destination.kind === 'subfolder') {
    return join(dirname(resolve(photo.path)), safeSegment(preset.destination.name))
  }
  return join(destinationRoot(preset, photo.root, context.outRoot ?? null), tree)
}

/** `<folder><suffix>`; the root of a disk has no name and nothing beside it. */
function beside(root: string, suffix: string): string {
  const name = basename(root)
  const safe = suffix.replace(/[/\\\p{Cc}]/gu, '_')
  return name === '' ? join(root, safeSegment(safe.replace(/^[-_ ]+/, ''))) : join(dirname(root), name + safe)
}

/** Folders between the import root and the photo; empty when it does not lie below (a link led elsewhere). */
function belowRoot(photo: PlannedPhoto): string {
  const inside = relative(resolve(photo.root), dirname(resolve(photo.path)))
  return inside === '..' || inside.startsWith(`..${sep}`) || isAbsolute(inside) ? '' : inside
}
