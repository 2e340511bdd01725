/** Changes of the open photo's mask. */
import type { Mask, MaskShape } from '../../../shared/mask.ts'
import { t } from '../../words/words.ts'
import { withoutShape, withShape } from '../geometry/mask-shapes.ts'
import { useDevelop } from './develop.ts'
import { useStage } from './stage.ts'
import { change, commit } from './steps.ts'

export function currentMask(): Mask | null {
  return useDevelop.getState().settings?.mask ?? null
}

export function changeMask(mask: Mask | null): void {
  const { settings } = useDevelop.getState()
  if (settings !== null) change({ ...settings, mask })
}

/** @param what handle that keys are moving, if any */
export function commitMask(what: string | null = null): void {
  commit(t('develop.step.mask'), what)
}

/** Adds a shape and chooses it; `erase` of the shape is what the person meant. */
export function addShape(shape: MaskShape): void {
  const mask = withShape(currentMask(), shape)
  changeMask(mask)
  useStage.setState({ shape: mask.shapes.length - 1 })
}

export function removeShape(index: number): void {
  const mask = currentMask()
  if (mask?.shapes[index] === undefined) return
  changeMask(withoutShape(mask, index))
  useStage.setState({ shape: null })
  commitMask()
}

export function invertMask(): void {
  const mask = currentMask()
  if (mask === null) return
  changeMask({ ...mask, invert: !mask.invert })
  commitMask()
}

export function clearMask(): void {
  if (currentMask() === null) return
  changeMask(null)
  useStage.setState({ shape: null })
  commitMask()
}
