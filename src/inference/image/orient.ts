/** The eight orientations of EXIF (tag 0x0112), applied. */
import type { Sharp } from 'sharp'

/** Turns and mirrors so that the picture stands upright. The input must be open for random access. */
export function orient(pipeline: Sharp, orientation: number): Sharp {
  switch (orientation) {
    case 2: return pipeline.flop()
    case 3: return pipeline.rotate(180)
    case 4: return pipeline.flip()
    case 5: return pipeline.rotate(270).flop()
    case 6: return pipeline.rotate(90)
    case 7: return pipeline.rotate(90).flop()
    case 8: return pipeline.rotate(270)
    default: return pipeline
  }
}
