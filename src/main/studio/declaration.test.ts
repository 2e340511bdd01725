import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { openBench } from '../../../test/helpers/bench.ts'
import { closeExifTool, exiftool } from '../../../test/helpers/metadata.ts'

afterAll(closeExifTool)

test('what a result is declared as follows from gamma and strength, and may be raised', async () => {
  const bench = await openBench(['a.jpg'])
  const declared = async (name: string, controls: Record<string, number>, more: object = {}, metadata = {}) => {
    const presetOverrides = { naming: name, metadata: { keep: 'all' as const, removeLocation: false, removePeople: false, declareComposite: false, ...metadata } }
    const summary = await bench.fix({ engine: 'osdd', pack: 'test-osdd', controls, presetOverrides, ...more })
    expect(summary.counts.failed).toBe(0)
    const [tags] = JSON.parse(await exiftool(['-json', '-n', '-XMP-iptcExt:DigitalSourceType', join(bench.output, `${name}.jpg`)])) as { DigitalSourceType?: string }[]
    return tags?.DigitalSourceType?.split('/').at(-1)
  }
  expect(await declared('low', { gamma: 0.45 })).toBe('compositeWithTrainedAlgorithmicMedia')
  expect(await declared('limit', { gamma: 0.5 })).toBe('algorithmicallyEnhanced')
  expect(await declared('default', {})).toBe('algorithmicallyEnhanced')
  expect(await declared('raised', {}, {}, { declareComposite: true })).toBe('compositeWithTrainedAlgorithmicMedia')
  expect(await declared('nothing', { gamma: 0 }, { strength: 0 })).toBeUndefined()
})
