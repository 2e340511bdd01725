/** A list that was chosen from goes behind the picture that shows what the choice did: taking it away costs more than the answer. */
import { useState } from 'react'
import { afterPicture } from '../state/photos-first.ts'

export function useLateClose(): { isOpen: boolean, onOpenChange: (open: boolean) => void } {
  const [isOpen, setOpen] = useState(false)
  return { isOpen, onOpenChange: (open) => open ? setOpen(true) : afterPicture(() => setOpen(false)) }
}
