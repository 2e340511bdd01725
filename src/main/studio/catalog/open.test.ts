import Database from 'better-sqlite3'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, readdirSync } from 'node:fs'
import { mkdir, open, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, onTestFinished, test } from 'vitest'
import { z } from 'zod'
import { tempFolder } from '../../../../test/helpers/temp.ts'
import { backupCatalog } from './backup.ts'
import { checkCatalog } from './check.ts'
import { bringUpToDate, migrate } from './migrate.ts'
import { latestVersion, migrations } from './migrations/index.ts'
import { networkShareOf } from './network.ts'
import { openCatalog, type Catalog } from './open.ts'
import { SettingsRepo } from './settings.repo.ts'

const code = (wanted: string) => expect.objectContaining({ code: wanted }) as Error

async function fresh(): Promise<Catalog> {
  const catalog = openCatalog(join(await tempFolder(), 'deep', 'catalog.restill'))
  onTestFinished(() => { catalog.close() })
  return catalog
}

test('a new catalog: write-ahead log, foreign keys, full synchronisation, latest version', async () => {
  const { db } = await fresh()
  const pragma = (name: string): unknown => db.pragma(name, { simple: true })
  const found = ['journal_mode', 'foreign_keys', 'synchronous', 'user_version'].map(pragma)
  expect(found).toEqual(['wal', 1, 2, latestVersion])
})

test('a write is whole or nothing, and joins the one around it', async () => {
  const catalog = await fresh()
  const settings = new SettingsRepo(catalog)
  expect(() => catalog.write(() => {
    settings.set('a', 1)
    throw new Error('no')
  })).toThrow('no')
  expect(settings.get('a', z.number())).toBeNull()
  catalog.write(() => { settings.set('a', 1); settings.set('b', 2) })
  expect(settings.get('b', z.number())).toBe(2)
})

test('a repeatable write is whole or nothing too, and the next write is as safe as ever', async () => {
  const catalog = await fresh()
  const settings = new SettingsRepo(catalog)
  expect(() => catalog.writeRepeatable(() => {
    settings.set('a', 1)
    throw new Error('no')
  })).toThrow('no')
  catalog.writeRepeatable(() => { settings.set('b', 2) })
  expect([settings.get('a', z.number()), settings.get('b', z.number())]).toEqual([null, 2])
  expect(catalog.db.pragma('synchronous', { simple: true })).toBe(2)
})

test('changes of another connection are noticed once', async () => {
  const one = await fresh()
  const two = openCatalog(one.file)
  onTestFinished(() => { two.close() })
  expect(one.changedElsewhere()).toBe(false)
  new SettingsRepo(two).set('a', 1)
  new SettingsRepo(one).set('b', 1)
  expect([one.changedElsewhere(), one.changedElsewhere()]).toEqual([true, false])
})

test('a catalog of a newer version is refused and left as it is', async () => {
  const file = join(await tempFolder(), 'catalog.restill')
  const catalog = openCatalog(file)
  catalog.db.pragma('user_version = 99990')
  catalog.close()
  const before = await readFile(file)
  expect(() => openCatalog(file)).toThrow(code('CATALOG_FROM_FUTURE'))
  expect((await readFile(file)).equals(before)).toBe(true)
})

test('an older catalog is backed up, then migrated', async () => {
  const file = join(await tempFolder(), 'catalog.restill')
  older(file, 10)
  const catalog = openCatalog(file)
  onTestFinished(() => { catalog.close() })
  expect(catalog.db.pragma('user_version', { simple: true })).toBe(latestVersion)
  const backup = new Database(`${file}.before-10.bak`, { readonly: true })
  expect([backup.pragma('user_version', { simple: true }), backup.pragma('quick_check', { simple: true })]).toEqual([10, 'ok'])
  backup.close()
})

test('an older catalog that is open elsewhere is not migrated below it', async () => {
  const file = join(await tempFolder(), 'catalog.restill')
  const other = older(file, 10, true)
  onTestFinished(() => { other.close() })
  expect(() => { bringUpToDate(file, 100) }).toThrow(code('CATALOG_LOCKED'))
  expect(other.pragma('user_version', { simple: true })).toBe(10)
})

test('what is no catalog is told as such', async () => {
  const folder = await tempFolder()
  await writeFile(join(folder, 'text'), 'this is a letter and no catalog, '.repeat(100))
  expect(() => openCatalog(join(folder, 'text'))).toThrow(code('CATALOG_CORRUPT'))
  const other = new Database(join(folder, 'other'))
  other.exec('CREATE TABLE mine (a)')
  other.close()
  expect(() => openCatalog(join(folder, 'other'))).toThrow(code('CATALOG_CORRUPT'))
})

test('a damaged catalog with a log left over is told at opening', async () => {
  const file = join(await tempFolder(), 'catalog.restill')
  const catalog = openCatalog(file)
  const settings = new SettingsRepo(catalog)
  for (let index = 0; index < 300; index++) settings.set(`key ${index}`, 'x'.repeat(500))
  catalog.close()
  const handle = await open(file, 'r+')
  const { size } = await handle.stat()
  for (let at = 4096 * 20; at + 4096 < size; at += 4096) await handle.write(Buffer.alloc(2048, 0xa5), 0, 2048, at)
  await handle.close()
  expect(checkCatalog(file)).toMatchObject({ ok: false })
  await writeFile(`${file}-wal`, 'left over')
  expect(() => openCatalog(file)).toThrow(code('CATALOG_CORRUPT'))
})

test('a sound catalog passes the check; a missing one is told', async () => {
  const { file } = await fresh()
  expect(checkCatalog(file)).toEqual({ ok: true, problems: [] })
  expect(() => checkCatalog(`${file}.not`)).toThrow(code('FILE_NOT_FOUND'))
})

test('the check finds a search index that is out of step', async () => {
  const { db, file } = await fresh()
  db.exec(`INSERT INTO items_text (rowid, name) VALUES (7, 'ghost')`)
  expect(checkCatalog(file).problems).toEqual([expect.stringContaining('search index')])
})

test('a backup in use is one sound file, and never overwrites another', async () => {
  const catalog = await fresh()
  new SettingsRepo(catalog).set('a', 'kept')
  const target = await backupCatalog(catalog)
  const copy = openCatalog(target)
  expect(new SettingsRepo(copy).get('a', z.string())).toBe('kept')
  copy.close()
  await expect(backupCatalog(catalog, target)).rejects.toMatchObject({ code: 'OUTPUT_EXISTS' })
  expect(readdirSync(join(catalog.file, '..')).filter((name) => name.endsWith('.part'))).toEqual([])
})

test('network shares are known by the mount table', async () => {
  const folder = await tempFolder()
  const table = (type: string): string => `22 1 0:1 / / rw - ext4 /dev/sda rw\n23 22 0:2 / ${folder} rw - ${type} server:/x rw\n`
  for (const type of ['nfs4', 'cifs', 'smb3', 'fuse.sshfs']) expect(networkShareOf(folder, table(type))).toBe(type)
  for (const type of ['ext4', 'fuseblk', 'overlay', 'tmpfs']) expect(networkShareOf(folder, table(type))).toBeNull()
  expect(networkShareOf(folder, table('nfs').replace(folder, `${folder}-other`))).toBeNull()
  await mkdir(join(folder, 'two words'))
  expect(networkShareOf(join(folder, 'two words'), table('nfs').replace(folder, `${folder}/two\\040words`))).toBe('nfs')
})

test('several processes open a fresh catalog at once', async () => {
  const folder = await tempFolder()
  const children = Array.from({ length: 4 }, () => run('open', folder))
  expect(await Promise.all(children.map(async (child) => (await once(child, 'close'))[0] as number))).toEqual([0, 0, 0, 0])
  expect(existsSync(join(folder, 'catalog.restill'))).toBe(true)
})

test('several processes migrate an older catalog at once', async () => {
  const folder = await tempFolder()
  older(join(folder, 'catalog.restill'), 10)
  const children = Array.from({ length: 3 }, () => run('migrate-only', folder))
  expect(await Promise.all(children.map(async (child) => (await once(child, 'close'))[0] as number))).toEqual([0, 0, 0])
  const catalog = openCatalog(join(folder, 'catalog.restill'))
  onTestFinished(() => { catalog.close() })
  expect(catalog.db.pragma('user_version', { simple: true })).toBe(latestVersion)
})

test('one process writes while another reads and writes; nobody is refused', async () => {
  const catalog = await fresh()
  const settings = new SettingsRepo(catalog)
  const child = run('write', join(catalog.file, '..'))
  const end = once(child, 'close').then(([status]) => status as number)
  let rounds = 0
  while (child.exitCode === null) {
    settings.set('parent', rounds++)
    settings.get('child', z.number())
    await new Promise((resolve) => setImmediate(resolve))
  }
  expect(await end).toBe(0)
  expect(settings.get('child', z.number())).toBe(199)
  expect(rounds).toBeGreaterThan(10)
})

function run(what: string, folder: string) {
  const script = fileURLToPath(new URL('../../../../test/catalog-process.ts', import.meta.url))
  return spawn(process.execPath, [script, what, join(folder, 'catalog.restill')], { stdio: ['ignore', 'ignore', 'inherit'] })
}

function older(file: string, version: number, keepOpen = false): Database.Database {
  const db = new Database(file)
  db.pragma('journal_mode = WAL')
  migrate(db, version, migrations)
  db.exec(`INSERT INTO photos (path, folder, name, root, file_hash, image_hash, bytes, modified_ms, facts, state, imported_at)
    VALUES ('/a/b.jpg', '/a', 'b.jpg', '/a', '', '', 0, 0, '{}', 'present', '')`)
  if (!keepOpen) db.close()
  return db
}
