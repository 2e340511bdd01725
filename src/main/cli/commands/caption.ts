/** `restill caption`: what photos show, in a sentence each: by a vision model on this machine, or by hand. */
import { existsSync } from 'node:fs'
import { explain, RestillError } from '../../../shared/errors.ts'
import type { CaptionEvent, CaptionOutcome, ImportSummary, Studio } from '../../studio/api.ts'
import { hostOf } from '../../studio/captions/host.ts'
import { counted, duration } from '../../studio/report/units.ts'
import { visible } from '../../studio/report/visible.ts'
import { usage } from '../arguments.ts'
import { catalogOption, jsonOption, type Context, type Register } from '../context.ts'
import { resolvePaths, type OpenOptions } from '../door.ts'
import { exitCodes } from '../exit-codes.ts'
import { watchInterrupts } from '../interrupts.ts'
import { fit, wrap } from '../layout.ts'
import type { Output } from '../output.ts'
import { shortName } from '../summary.ts'

interface CaptionOptions extends OpenOptions {
  recursive?: boolean
  model?: string
  host?: string
  set?: string
  again?: boolean
  write?: boolean
  json?: boolean
}

const redrawMs = 200

const more = `
Examples:
  restill caption wedding                        a sentence for each photo that has none
  restill caption IMG_0012.jpg --set "a red boat on a beach"
  restill caption wedding --model gemma3:4b --again

A model needs ollama (https://ollama.com), which runs it on this machine. Captions are kept in the catalog; photos are never changed.`

export const registerCaption: Register = (program, context) => {
  program
    .command('caption')
    .summary('say what photos show, by a vision model on this machine or by hand')
    .description('Gives each photo a sentence that says what it shows. The catalog keeps it; photos are not changed.')
    .argument('<paths...>', 'photos and folders')
    .option('--recursive', 'look into folders below (the default)')
    .option('--no-recursive', 'only the named folders themselves')
    .option('--model <name>', 'model of ollama that looks (default: one that can see, of about 4 billion weights)')
    .option('--host <address>', 'where ollama answers (default: the one in the settings, 127.0.0.1:11434 at first)')
    .option('--set <text>', 'a caption by hand, for all of them; empty text takes captions away')
    .option('--again', 'ask about photos that a model has described already; captions by hand stay')
    .option('--write', 'write them beside the photos too (name.jpg.xmp), as descriptions of photos that have none')
    .addOption(jsonOption())
    .addOption(catalogOption())
    .addHelpText('after', more)
    .action(async (paths: string[], options: CaptionOptions) => {
      context.exitCode = await caption(context, paths, options)
    })
}

async function caption(context: Context, named: readonly string[], options: CaptionOptions): Promise<number> {
  const output = context.output(options)
  const paths = resolvePaths(context.door.base, named)
  if (!paths.some((path) => existsSync(path))) throw usage('None of the named files and folders is there')
  const asksModel = (options.model ?? options.host) !== undefined
  if (options.set !== undefined && asksModel) throw usage('--set is a caption by hand: it needs no --model and no --host')
  if (options.host !== undefined) hostOf(options.host)
  return context.withStudio(options, output, async (studio) => {
    const interrupts = watchInterrupts(
      context.door.signals,
      () => output.note('Stopping. Captions made until now are kept.'),
      (code) => context.door.quit(code),
    )
    const signal = AbortSignal.any([interrupts.afterCurrent, interrupts.now])
    const show = new Show(context, output, paths)
    const redraw = setInterval(() => show.redraw(), redrawMs)
    try {
      const imported = await studio.import(
        { paths, recursive: options.recursive ?? true },
        { signal, onProgress: ({ found, done, name }) => output.draw([fit(`Reading ${done} of ${found}  ${visible(name)}`, output.width)]) },
      )
      const ids = imported.photos.map(({ id }) => id)
      const outcomes = options.set === undefined
        ? await studio.captions.make(ids, requestOf(options), { signal, undoable: true, onEvent: (event) => show.take(event) })
        : byHand(studio, imported, options.set)
      output.clear()
      const code = show.end(outcomes, imported)
      return options.write === true && !(await write(studio, ids, output)) ? exitCodes.someFailed : code
    } finally {
      clearInterval(redraw)
      output.clear()
      interrupts.release()
    }
  })
}

function requestOf({ model, host, again }: CaptionOptions) {
  return { ...(model === undefined ? {} : { model }), ...(host === undefined ? {} : { host }), again: again ?? false }
}

/** @returns whether all were written */
async function write(studio: Studio, ids: readonly number[], output: Output): Promise<boolean> {
  const { written, failed } = await studio.captions.write(ids)
  output.line(`${counted(written, 'sidecar')} written.`)
  for (const { error } of failed) for (const line of wrap(visible(sentences(error)), output.width)) output.note(line)
  return failed.length === 0
}

function sentences(error: unknown): string {
  const { message, hint } = explain(error)
  return `${message} ${hint}`
}

type Shown = Pick<CaptionOutcome, 'caption' | 'isNew' | 'error'> & { path: string }

function byHand(studio: Studio, { photos }: ImportSummary, text: string): Shown[] {
  studio.captions.set(
    photos.map(({ id }) => id),
    text,
  )
  return photos.map(({ id, path }) => ({ path, caption: studio.captions.of(id), isNew: text.trim() !== '', error: null }))
}

class Show {
  readonly #context: Context
  readonly #output: Output
  readonly #roots: readonly string[]
  #line = ''
  #since = performance.now()

  constructor(context: Context, output: Output, roots: readonly string[]) {
    this.#context = context
    this.#output = output
    this.#roots = roots
  }

  take(event: CaptionEvent): void {
    this.#since = performance.now()
    switch (event.kind) {
      case 'notice':
        return this.#context.tell(this.#output, event.notice.text)
      case 'waiting':
        this.#line = 'Waiting for a restoration to end'
        return
      case 'loading':
        this.#line = `Loading ${event.model}`
        if (!this.#output.isLive) this.#output.line(`Loading ${visible(event.model)}; this can take minutes ...`)
        return
      case 'photo':
        this.#line = `Looking at ${event.done + 1} of ${event.total}  ${event.name}`
    }
  }

  /** A model tells nothing while it loads: the seconds say that it is not forgotten. */
  redraw(): void {
    if (this.#line === '' || !this.#output.isLive) return
    const seconds = Math.floor((performance.now() - this.#since) / 1000)
    this.#output.draw([fit(`${visible(this.#line)}${seconds < 2 ? '' : `  ${duration(seconds)}`}`, this.#output.width)])
  }

  /** @returns the exit code */
  end(outcomes: readonly (Shown | CaptionOutcome)[], imported: ImportSummary): number {
    this.#line = ''
    const failures = new Set<string>()
    for (const outcome of outcomes) {
      const { caption, isNew, error } = outcome
      const source = 'photo' in outcome ? outcome.photo.path : outcome.path
      const reason = error === null ? null : sentences(error)
      this.#output.data({
        source, caption: caption?.text ?? null, model: caption?.model ?? null, promptVersion: caption?.promptVersion ?? null, isNew,
        code: error?.code ?? null, reason,
      })
      if (caption !== null) this.#show(source, caption.text)
      if (reason !== null) failures.add(reason)
    }
    for (const { path, code, detail } of imported.failed) {
      failures.add(sentences(new RestillError(code, { detail: { file: path, ...detail } })))
    }
    for (const text of failures) for (const line of wrap(visible(text), this.#output.width)) this.#output.note(line)
    return this.#code(outcomes, imported.failed.length)
  }

  #show(source: string, text: string): void {
    this.#output.line(this.#output.paint('bold', visible(shortName(source, this.#roots))))
    for (const line of wrap(visible(text), this.#output.width, '  ')) this.#output.line(line)
  }

  #code(outcomes: readonly Pick<CaptionOutcome, 'caption' | 'error' | 'isNew'>[], unreadable: number): number {
    const all = outcomes.length + unreadable
    if (all === 0) return exitCodes.nothingToDo
    const made = outcomes.filter(({ isNew }) => isNew).length
    const without = outcomes.filter(({ caption }) => caption === null).length + unreadable
    this.#output.line()
    this.#output.line(`${counted(all, 'photo')}: ${made} new, ${all - made - without} as before, ${without} without a caption.`)
    return unreadable > 0 || outcomes.some(({ error }) => error !== null) ? exitCodes.someFailed : exitCodes.ok
  }
}
