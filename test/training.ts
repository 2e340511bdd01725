/**
 * Runs the tests of the training code with the first Python that has what they need (RESTILL_PYTHON, `.venv` of this checkout, python3), else says in one
 * line that they were skipped: restoring photos needs no Python.
 */
import { spawnSync } from 'node:child_process'
import { join } from 'node:path'

const root = join(import.meta.dirname, '..')
const candidates = [process.env['RESTILL_PYTHON'], join(root, '.venv/bin/python'), 'python3']
const python = candidates.find(name => name !== undefined && spawnSync(name, ['-c', 'import torch, onnx, onnxruntime, numpy, PIL']).status === 0)

if (python === undefined) {
  console.log('Training tests skipped: no Python with torch, onnx, onnxruntime, numpy and pillow was found (RESTILL_PYTHON names one).')
} else {
  const run = spawnSync(python, ['-m', 'unittest', 'discover', '--start-directory', 'tests', '--top-level-directory', '.'], { cwd: join(root, 'models/training'), stdio: 'inherit' })
  process.exitCode = run.status ?? 1
}
