/** All SQL about blur reports. Triggers carry kind, severity and gain on to what the window lists. */
import { z } from 'zod'
import { type BlurReport, blurReportSchema, blurReportVersion, surelySharp } from '../../../shared/blur-report.ts'
import type { Catalog } from '../catalog/open.ts'
import { Sql } from '../catalog/sql.ts'

/** A report, and what it was made from: other pixels or other packs make it stale. */
const storedSchema = z.strictObject({ imageHash: z.string(), packs: z.array(z.string()), report: blurReportSchema })
interface StoredReport { imageHash: string, packs: string[], report: BlurReport }

const rowSchema = z.object({ report: z.string(), version: z.int() })

export class BlurReportsRepo {
  readonly #catalog: Catalog
  readonly #sql: Sql

  constructor(catalog: Catalog) {
    this.#catalog = catalog
    this.#sql = new Sql(catalog)
  }

  store(photoId: number, stored: StoredReport): void {
    const { report } = stored
    const best = report.gains[0]
    this.#catalog.write(() => this.#sql.prepare(`
      INSERT INTO blur_reports (photo_id, kind, probability, severity, sharpness, blur_length, blur_angle, gain_db, gain_spread, report, version, created_at)
      VALUES (@photoId, @kind, @probability, @severity, @sharpness, @length, @angle, @gain, @spread, @report, @version, @at)
      ON CONFLICT (photo_id) DO UPDATE SET kind = excluded.kind, probability = excluded.probability, severity = excluded.severity,
        sharpness = excluded.sharpness, blur_length = excluded.blur_length, blur_angle = excluded.blur_angle, gain_db = excluded.gain_db,
        gain_spread = excluded.gain_spread, report = excluded.report, version = excluded.version, created_at = excluded.created_at
    `).run({
      photoId, kind: isUnsure(report) ? 'unknown' : report.kind, probability: report.probability, severity: report.severity, sharpness: report.sharpness,
      length: report.blurLength, angle: report.blurAngle, gain: expectedGain(report), spread: best?.spreadDb ?? null,
      report: JSON.stringify(stored), version: blurReportVersion, at: new Date().toISOString(),
    }))
  }

  /** Null where there is none, or none that this version reads. */
  byPhoto(photoId: number): StoredReport | null {
    const row = rowSchema.safeParse(this.#sql.prepare('SELECT report, version FROM blur_reports WHERE photo_id = ?').get(photoId))
    if (!row.success || row.data.version !== blurReportVersion) return null
    const stored = storedSchema.safeParse(JSON.parse(row.data.report))
    return stored.success ? stored.data : null
  }
}

/** Of the best pack; nothing is expected of a photo that is sharp, and where that is not sure, as much as it is likely to be blurred. */
export function expectedGain(report: BlurReport): number | null {
  const { kind, probability, gains } = report
  if (kind !== 'sharp') return gains[0]?.db ?? null
  return isUnsure(report) && gains[0] !== undefined ? gains[0].db * (1 - probability) : 0
}

/** Neither surely sharp nor clearly blurred: the library lists such a photo among those whose kind is not known. */
export function isUnsure({ kind, probability }: Pick<BlurReport, 'kind' | 'probability'>): boolean {
  return kind === 'sharp' && probability < surelySharp
}
