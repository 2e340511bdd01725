/** The outcome of a batch as people say it. */
import type { JobCounts } from '../../../shared/jobs.ts'
import type { JobReport } from '../work.ts'
import { counted } from './units.ts'

/** Auto looked at this photo and found nothing to mend. */
export function leftAsItIs({ state, choice, reason }: Pick<JobReport, 'state' | 'choice' | 'reason'>): boolean {
  return state === 'skipped' && choice !== null && choice === reason
}

/** `34 of 50 photos restored in 42 s, 11 left as they are`. @param time ` in 42 s`, or nothing */
export function outcome(counts: JobCounts, reports: readonly Pick<JobReport, 'state' | 'choice' | 'reason'>[], time = ''): string {
  const left = reports.filter(leftAsItIs).length
  return `${counts.done + counts.suspect} of ${counted(counts.total, 'photo')} restored${time}${left === 0 ? '' : `, ${left} left as ${left === 1 ? 'it is' : 'they are'}`}`
}
