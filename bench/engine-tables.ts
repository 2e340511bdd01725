/** Tables in Markdown of what tools made of the same pairs. */
import type { Measured } from './measured.ts'

/** Mean gain in dB by group of pictures; the best of a column in bold. */
export function gainTable(rows: readonly Measured[], groups: readonly string[]): string[] {
  const gains = rows.map(({ each }) => groups.map(name => mean(each.filter(({ picture }) => picture.group === name).map(({ psnr, psnrBefore }) => psnr - psnrBefore))))
  const best = groups.map((_, column) => Math.max(...gains.map(row => row[column]!)))
  const counts = groups.map(name => `${name} (${rows[0]!.each.filter(({ picture }) => picture.group === name).length})`)
  return [
    `| gain in dB | ${counts.join(' | ')} |`, `|---|${'---:|'.repeat(groups.length)}`,
    ...rows.map(({ title }, row) => `| ${title} | ${gains[row]!.map((gain, column) => bold(signed(gain), gain === best[column])).join(' | ')} |`),
  ]
}

/** Everything that was measured on the pictures of one folder. */
export function fullTable(rows: readonly Measured[], folder: string): string[] {
  const inside = rows.map(row => ({ ...row, each: row.each.filter(({ picture }) => picture.folder === folder) }))
  const [first] = inside
  const count = first!.each.length
  return [
    '', `${folder} (${count} pairs; blurred: ${mean(first!.each.map(({ psnrBefore }) => psnrBefore)).toFixed(2)} dB)`, '',
    '| | PSNR, dB | worst gain, dB | SSIM | NIQE | features | seconds a photo | memory of the guests, GB |', '|---|---:|---:|---:|---:|---:|---:|---:|',
    ...inside.map(({ title, each, peakBytes }) => `| ${title} | ${[
      mean(each.map(({ psnr }) => psnr)).toFixed(2), signed(Math.min(...each.map(({ psnr, psnrBefore }) => psnr - psnrBefore))), mean(each.map(({ ssim }) => ssim)).toFixed(4),
      told(each.map(({ niqe }) => niqe), 2), told(each.map(({ features }) => features), 3), mean(each.map(({ seconds }) => seconds)).toFixed(2), (peakBytes / 1e9).toFixed(2),
    ].join(' | ')} |`),
    ...rows.filter(({ picks }) => Object.keys(picks).length > 0).map(({ picks }) => `\nAuto, of all folders: ${Object.entries(picks).map(([name, times]) => `${name} ${times}`).join(', ')}.`),
  ]
}

const signed = (value: number): string => `${value > 0 ? '+' : ''}${value.toFixed(2)}`
const bold = (text: string, isBest: boolean): string => isBest ? `**${text}**` : text
const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length

/** Small pictures have no NIQE: means are of those that have one. */
function told(values: readonly (number | null)[], digits: number): string {
  const known = values.filter(value => value !== null)
  return known.length === 0 ? '–' : mean(known).toFixed(digits)
}
