/** Captions of photos into the controls of engines that read them. */
import { captionControl, type Controls, type Descriptor } from '../../../shared/descriptor.ts'
import type { Photo } from '../catalog/photo.ts'
import type { Chosen } from '../packs.ts'
import type { Captions } from './captions.ts'

export interface CaptionParts { captions: Pick<Captions, 'of'> }

export function readsCaptions({ controls }: Descriptor): boolean {
  return controls.some(({ id }) => id === captionControl)
}

/**
 * The photo's own caption goes in where nobody set another one.
 * @param given the controls that somebody set
 */
export function withCaption({ captions }: CaptionParts, chosen: Chosen, given: Controls, photo: Photo): Chosen {
  const control = chosen.descriptor.controls.find(({ id }) => id === captionControl)
  const caption = captions.of(photo.id)
  if (control?.kind !== 'text' || given[captionControl] !== undefined || caption === null) return chosen
  return { ...chosen, controls: { ...chosen.controls, [captionControl]: caption.text.slice(0, control.maxLength) } }
}

/** What may be written into a file: what a photo shows is a person's to tell. */
export function withoutCaption(controls: Controls): Controls {
  return Object.fromEntries(Object.entries(controls).filter(([id]) => id !== captionControl))
}
