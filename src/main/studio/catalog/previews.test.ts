import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { tempFolder } from '../../../../test/helpers/temp.ts'
import { Previews } from './previews.ts'

const thumbnail = (longEdge: number) => ({ longEdge, width: longEdge, height: 2, jpeg: new Uint8Array([1, 2, longEdge % 256]) })

function opened(file: string): Previews {
  const previews = new Previews(file)
  onTestFinished(() => { previews.close() })
  return previews
}

test('the smallest thumbnail that is large enough', async () => {
  const previews = opened(join(await tempFolder(), 'previews'))
  previews.put([{ imageHash: 'a', thumbnails: [thumbnail(512), thumbnail(128)] }])
  expect(previews.get('a', 100)).toMatchObject({ longEdge: 128, width: 128 })
  expect([...previews.get('a', 200)?.jpeg ?? []]).toEqual([1, 2, 0])
  expect([previews.get('a', 600), previews.get('b', 1), previews.has('a', 512), previews.has('a', 300)]).toEqual([null, null, true, false])
})

test('two that open the same new file', async () => {
  const file = join(await tempFolder(), 'previews')
  const [one, two] = [opened(file), opened(file)]
  one.put([{ imageHash: 'a', thumbnails: [thumbnail(512)] }])
  expect(two.has('a', 512)).toBe(true)
})

test('a damaged file is replaced', async () => {
  const file = join(await tempFolder(), 'previews')
  await writeFile(file, 'no database at all, '.repeat(500))
  const previews = opened(file)
  expect(previews.put([{ imageHash: 'a', thumbnails: [thumbnail(512)] }])).toBe(true)
  expect(previews.has('a', 512)).toBe(true)
})
