/** What a tool makes of pairs of pictures, in figures. */
import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import sharp from 'sharp'
import type { Studio } from '../src/main/studio/api.ts'
import { peakBytes } from './peak.ts'

export interface Picture { folder: string, group: string, blurred: string, reference: string }

/** PSNR in dB, 100 where nothing differs; `niqe` and `features` null where they were not asked for. */
interface Each { picture: Picture, psnrBefore: number, psnr: number, ssim: number, niqe: number | null, features: number | null, seconds: number }
/** `picks`: how often Auto took which engine; empty for others. */
export interface Measured { title: string, each: Each[], peakBytes: number, picks: Record<string, number> }

/** @param work restores or sharpens one PNG to another */
export async function measureTool(
  studio: Studio, title: string, pictures: readonly Picture[], looks: boolean, folder: string, work: (source: string, target: string) => Promise<unknown>,
): Promise<Measured> {
  const each: Each[] = []
  const [input, target] = [join(folder, 'input.png'), join(folder, 'output.png')]
  for (const picture of pictures) {
    await sharp(picture.blurred).png().toFile(input)
    const begun = performance.now()
    await work(input, target)
    const seconds = (performance.now() - begun) / 1000
    each.push({ ...await compared(studio, picture, input, target, looks), seconds })
    await rm(target, { force: true })
  }
  return { title, each, peakBytes: await peakBytes(), picks: {} }
}

/** As `fix` runs it: photos that Auto leaves alone count as they are, its blur reports in its time. */
export async function measureAuto(studio: Studio, pictures: readonly Picture[], folder: string): Promise<Measured> {
  const outRoot = join(folder, 'auto')
  const begun = performance.now()
  const summary = await studio.fix({
    paths: pictures.map(({ blurred }) => blurred), recursive: false, outRoot, preset: 'restored', engine: 'auto',
    controls: {}, strength: 1, scale: 'auto', providers: [], tile: null, resume: false, dryRun: false, copySkipped: false, keepMasters: false, comparisonEdge: 0,
  })
  const seconds = (performance.now() - begun) / 1000 / pictures.length
  const peak = await peakBytes()
  const bySource = new Map(summary.reports.map(report => [report.source, report]))
  const picks: Record<string, number> = {}
  const each: Each[] = []
  for (const picture of pictures) {
    const report = bySource.get(picture.blurred)
    const pick = (report?.output ?? null) === null ? 'left alone' : report?.engine ?? 'unknown'
    picks[pick] = (picks[pick] ?? 0) + 1
    each.push({ ...await compared(studio, picture, picture.blurred, report?.output ?? picture.blurred, true), seconds })
  }
  return { title: 'restill, Auto', each, peakBytes: peak, picks }
}

async function compared(studio: Studio, picture: Picture, before: string, after: string, looks: boolean): Promise<Omit<Each, 'seconds'>> {
  const psnrBefore = (await studio.compare(before, picture.reference)).psnr ?? 100
  const { psnr, ssim } = await studio.compare(after, picture.reference)
  const look = looks ? await studio.perceptual(after, picture.reference) : null
  return { picture, psnrBefore, psnr: psnr ?? 100, ssim, niqe: look?.niqe ?? null, features: look?.features ?? null }
}
