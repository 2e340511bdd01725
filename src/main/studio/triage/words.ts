/** Kinds of blur as people say them. */
import { type BlurReport, type ReportKind, surelySharp } from '../../../shared/blur-report.ts'

export const kindWords: Record<ReportKind, string> = {
  'sharp': 'sharp', 'shake': 'camera shake', 'defocus': 'out of focus', 'moving': 'moving subject', 'low-light': 'low light',
}

export function wordsOf({ kind, probability, intent }: BlurReport): string {
  if (kind === 'sharp' && probability < surelySharp) return 'hard to tell'
  return intent === 'depth-of-field' ? 'sharp, soft background' : kindWords[kind]
}
