/** How a command's error reaches a person: what happened, what to do, and where the details are. Never a stack. */
import { explain } from '../../shared/errors.ts'
import { Log } from '../studio/log.ts'
import { visible } from '../studio/report/visible.ts'
import { wrap } from './layout.ts'
import type { Output } from './output.ts'

export function tellFailure(thrown: unknown, output: Output, logFile: string): void {
  const words = explain(thrown)
  if (words.code === 'CANCELLED') return output.note('Stopped.')
  output.note(output.paint('bold', `${words.title}.`))
  let hint = words.hint
  if (words.code === 'INTERNAL') {
    new Log(logFile).write('the command line failed', thrown)
    hint = `Please report it with the log file ${logFile}`
  }
  for (const text of [words.message, hint]) for (const line of wrap(visible(text), output.width, '  ')) output.note(line)
}
