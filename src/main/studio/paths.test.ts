import { join, resolve } from 'node:path'
import { expect, test } from 'vitest'
import { homeFolder, packFolders } from './paths.ts'

test('RESTILL_HOME goes before the platform', () => {
  expect(homeFolder({ RESTILL_HOME: '/somewhere' })).toBe(resolve('/somewhere'))
  expect(homeFolder({ RESTILL_HOME: '' })).toMatch(/restill$/)
})

test.skipIf(process.platform !== 'linux')('on Linux the data folder follows XDG, if it is absolute', () => {
  expect(homeFolder({ XDG_DATA_HOME: '/data' })).toBe('/data/restill')
  expect(homeFolder({ XDG_DATA_HOME: 'data' })).toMatch(/\.local\/share\/restill$/)
})

test('packs: named folders, then the environment, then the home, then those that ship', () => {
  const shipped = join(import.meta.dirname, '../../../models')
  expect(packFolders(resolve('/home'), [resolve('/mine'), resolve('/mine')], { RESTILL_PACKS: resolve('/env') }))
    .toEqual([resolve('/mine'), resolve('/env'), resolve('/home/models'), shipped])
})
