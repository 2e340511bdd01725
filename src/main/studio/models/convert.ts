/** An official checkpoint becomes a pack through the training code, run by a Python that has PyTorch. Nothing is downloaded. */
import { execFile } from 'node:child_process'
import { mkdir, mkdtemp } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { RestillError } from '../../../shared/errors.ts'

const run = promisify(execFile)
const training = fileURLToPath(new URL('../../../../models/training', import.meta.url))
const candidates = ['python3', 'python']
const searchMs = 60_000
const convertMs = 30 * 60_000

export interface Conversion {
  engine: string
  folder: string
  /** Plain name of the checkpoint in that folder. */
  file: string
  /** The person read the licence of the checkpoint. */
  acceptLicence: boolean
}

/** The first Python in PATH (or `RESTILL_PYTHON`) that has torch and onnx; null when there is none. */
export async function findPython(env: NodeJS.ProcessEnv = process.env): Promise<string | null> {
  const named = env['RESTILL_PYTHON']
  for (const python of named === undefined || named === '' ? candidates : [named]) {
    try {
      await run(python, ['-c', 'import torch, onnx'], { timeout: searchMs })
      return python
    } catch {
      continue
    }
  }
  return null
}

/**
 * @returns a new folder with the pack; the caller removes it
 * @throws RestillError CONVERSION_FAILED with what the converter said; USAGE without consent or with a name that is a path
 */
export async function convert({ engine, folder, file, acceptLicence }: Conversion, home: string, signal?: AbortSignal): Promise<string> {
  if (!acceptLicence) throw new RestillError('USAGE', { detail: { reason: 'the licence of the checkpoint was not accepted' } })
  if (basename(file) !== file || file.startsWith('-')) throw new RestillError('USAGE', { detail: { reason: `${file} is not a plain file name` } })
  const source = join(folder, file)
  const python = await findPython()
  if (python === null) throw new RestillError('CONVERSION_FAILED', { detail: { file: source, reason: 'no Python with PyTorch and onnx was found' } })
  await mkdir(join(home, 'spool'), { recursive: true })
  const out = join(await mkdtemp(join(home, 'spool', 'convert-')), 'pack')
  try {
    await run(python, ['-m', 'restill_training', 'convert', '--engine', engine, source, '--out', out, '--accept-licence'], {
      cwd: training, timeout: convertMs, maxBuffer: 16e6, env: { ...process.env, PYTHONDONTWRITEBYTECODE: '1' }, ...(signal === undefined ? {} : { signal }),
    })
    return out
  } catch (cause) {
    const said = cause instanceof Error && 'stderr' in cause ? String(cause.stderr).trim().split('\n').at(-1) ?? '' : String(cause)
    throw new RestillError('CONVERSION_FAILED', { detail: { file: source, reason: said }, cause })
  }
}
