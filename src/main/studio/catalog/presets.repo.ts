/** Export presets: those that ship, and a person's own. An own one of the same name stands before the shipped one until it is removed. */
import { RestillError } from '../../../shared/errors.ts'
import { presetSchema, type ExportPreset } from '../../../shared/presets.ts'
import type { Catalog } from './open.ts'

/** The first is the default. */
export const builtInPresets: readonly ExportPreset[] = [
  presetSchema.parse({ name: 'restored' }),
  presetSchema.parse({ name: 'jpeg-web', encode: { format: 'jpeg', quality: 85, depth: 8, longEdge: 2048, colour: 'srgb' } }),
  presetSchema.parse({ name: 'tiff-16', encode: { format: 'tiff', depth: 16 } }),
  presetSchema.parse({ name: 'png', encode: { format: 'png' } }),
]

export class PresetsRepo {
  private readonly catalog: Catalog

  constructor(catalog: Catalog) {
    this.catalog = catalog
  }

  /** Own ones by name, then the shipped ones that none of them replaces. A stored preset that no longer fits the schema is left out. */
  all(): ExportPreset[] {
    const rows = this.catalog.db.prepare<[], { name: string, preset: string }>('SELECT name, preset FROM presets ORDER BY name').all()
    const own = rows.flatMap(({ name, preset }) => {
      const read = presetSchema.safeParse(JSON.parse(preset))
      return read.success ? [{ ...read.data, name }] : []
    })
    return [...own, ...builtInPresets.filter(({ name }) => !own.some((preset) => preset.name === name))]
  }

  /** @throws RestillError PRESET_UNKNOWN */
  byName(name: string): ExportPreset {
    const all = this.all()
    const found = all.find((preset) => preset.name === name)
    if (found !== undefined) return found
    throw new RestillError('PRESET_UNKNOWN', { detail: { preset: name, known: all.map((preset) => preset.name).join(', ') } })
  }

  save(preset: ExportPreset): void {
    const checked = presetSchema.parse(preset)
    this.catalog.write(() => this.catalog.db.prepare(`INSERT INTO presets (name, preset, changed_at) VALUES (?, ?, ?)
      ON CONFLICT (name) DO UPDATE SET preset = excluded.preset, changed_at = excluded.changed_at`)
      .run(checked.name, JSON.stringify(checked), new Date().toISOString()))
  }

  /** Removes a person's own preset; a shipped one of the same name shows again. False when there was none. */
  remove(name: string): boolean {
    return this.catalog.write(() => this.catalog.db.prepare('DELETE FROM presets WHERE name = ?').run(name).changes > 0)
  }
}
