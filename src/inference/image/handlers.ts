/** The calls of the `pixels` role. */
import { join } from 'node:path'
import type { CallInput, CallOutput } from '../../shared/guest.ts'
import { encodeSchema } from '../../shared/presets.ts'
import { compareFiles } from './compare.ts'
import { encodePhoto } from './encode.ts'
import { histogram } from './histogram.ts'
import { identify, smallPicture } from './identify.ts'
import { modelPicture } from './model-picture.ts'
import { openPhoto } from './open.ts'
import { pictureHandlers } from './picture-handlers.ts'

interface Context { signal: AbortSignal }

export const pixelsHandlers = {
  ...pictureHandlers,

  identify(input: CallInput<'identify'>, { signal }: Context): Promise<CallOutput<'identify'>> {
    return identify(input.file, input.thumbnails, signal)
  },

  async smallPicture(input: CallInput<'smallPicture'>, { signal }: Context): Promise<CallOutput<'smallPicture'>> {
    return { picture: await smallPicture(input.file, input.longEdge, signal) }
  },

  async modelPicture(input: CallInput<'modelPicture'>, { signal }: Context): Promise<CallOutput<'modelPicture'>> {
    return { picture: await modelPicture(input.file, input.multiple, signal) }
  },

  histogram(input: CallInput<'histogram'>): Promise<CallOutput<'histogram'>> {
    return histogram(input.jpeg)
  },

  async encode(input: CallInput<'encode'>, { signal }: Context): Promise<CallOutput<'encode'>> {
    const photo = await openPhoto(input.source, { folder: join(input.home, 'spool'), signal })
    try {
      const encode = encodeSchema.parse(input.encode)
      const written = await encodePhoto(photo.spool, { path: input.path, encode, source: photo.facts, icc: photo.icc, signal })
      return { ...written, notices: [...photo.notices, ...written.notices] }
    } finally {
      await photo.dispose()
    }
  },

  compare(input: CallInput<'compare'>, { signal }: Context): Promise<CallOutput<'compare'>> {
    return compareFiles(input.file, input.reference, signal)
  },
}
