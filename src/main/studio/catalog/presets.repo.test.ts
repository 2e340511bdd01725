import { join } from 'node:path'
import { beforeEach, expect, test } from 'vitest'
import { z } from 'zod'
import { tempFolder } from '../../../../test/helpers/temp.ts'
import { openCatalog, type Catalog } from './open.ts'
import { builtInPresets, PresetsRepo } from './presets.repo.ts'
import { SettingsRepo } from './settings.repo.ts'

let catalog: Catalog

beforeEach(async () => {
  catalog = openCatalog(join(await tempFolder(), 'catalog.restill'))
  return () => { catalog.close() }
})

test('the shipped presets', () => {
  const presets = new PresetsRepo(catalog)
  expect(presets.all().map(({ name }) => name)).toEqual(['restored', 'jpeg-web', 'tiff-16', 'png'])
  expect(presets.byName('restored')).toMatchObject({
    encode: { format: 'same', quality: 95, depth: 'same' }, naming: '{name}_restored', collision: 'skip', mirror: true,
    destination: { kind: 'beside', suffix: '-restored' }, metadata: { keep: 'all' },
  })
  expect(presets.byName('jpeg-web').encode).toMatchObject({ format: 'jpeg', quality: 85, longEdge: 2048, colour: 'srgb' })
  expect(() => presets.byName('none')).toThrow(expect.objectContaining({ code: 'PRESET_UNKNOWN' }) as Error)
})

test('an own preset stands before the shipped one of its name until it is removed', () => {
  const presets = new PresetsRepo(catalog)
  const [restored] = builtInPresets
  if (restored === undefined) throw new Error('no preset')
  presets.save({ ...restored, collision: 'unique' })
  presets.save({ ...restored, name: 'mine' })
  expect(presets.byName('restored').collision).toBe('unique')
  expect(presets.all()).toHaveLength(5)
  expect([presets.remove('restored'), presets.remove('restored'), presets.byName('restored').collision]).toEqual([true, false, 'skip'])
})

test('stored values that no longer fit are as if they were not there', () => {
  const presets = new PresetsRepo(catalog)
  const settings = new SettingsRepo(catalog)
  catalog.db.exec(`INSERT INTO presets VALUES ('old', '{"name":"old","colour":"none"}', '')`)
  settings.set('edge', 'wide')
  expect(presets.all().map(({ name }) => name)).not.toContain('old')
  expect([settings.get('edge', z.number()), settings.get('edge', z.string())]).toEqual([null, 'wide'])
  expect(settings.get('never', z.string())).toBeNull()
  settings.remove('edge')
  expect(settings.get('edge', z.string())).toBeNull()
})
