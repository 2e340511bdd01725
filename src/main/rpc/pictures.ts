/**
 * Pictures, report files and the index of the library by address, the same on both doors: `/photo/...` in the browser, `photo://pictures/...`
 * in the desktop window.
 * Only ids and tokens are read from an address, never a path.
 */
import { explain } from '../../shared/errors.ts'
import { messages } from '../../shared/messages.en.ts'
import type { Picture } from '../studio/picture.ts'
import { textAnswer, type Answer } from './answer.ts'
import type { RpcContext } from './context.ts'

type Find = (parts: string[], context: PictureContext, signal: AbortSignal) => Promise<Picture | null>
type PictureContext = Pick<RpcContext, 'studio' | 'log'>

/** Longer than a person leaves a window open; an address with `v` never changes its picture. */
const forever = 'private, max-age=31536000, immutable'

/** A report is a page of its own, styled inside, without a script. */
const reportHeaders = {
  'content-security-policy': [
    'sandbox allow-same-origin', "default-src 'none'", "img-src 'self' data:", "style-src 'unsafe-inline'", "base-uri 'none'", "form-action 'none'",
    "frame-ancestors 'none'",
  ].join('; '),
}

const kinds: Record<string, { shape: RegExp, find: Find }> = {
  thumb: { shape: /^(\d{1,10})$/, find: ([item], { studio }, signal) => studio.library.thumbnail(Number(item), signal) },
  preview: { shape: /^(\d{1,10})$/, find: ([item], { studio }, signal) => studio.library.preview(Number(item), signal) },
  zoom: {
    shape: /^(\d{1,10})\/(\d{1,2})\/(\d{1,4})\/(\d{1,4})$/,
    find: ([item, level, column, row], { studio }, signal) => studio.develop.zoom(Number(item), Number(level), Number(column), Number(row), signal),
  },
  tile: {
    shape: /^([\w-]{1,64})\/(source|result)\/(\d{1,2})\/(\d{1,4})\/(\d{1,4})$/,
    find: ([session = '', side, level, column, row], { studio }, signal) =>
      studio.develop.tile(session, side === 'source' ? 'source' : 'result', Number(level), Number(column), Number(row), signal),
  },
  library: { shape: /^index$/, find: async (_, { studio }) => ({ type: 'application/octet-stream', bytes: studio.library.index() }) },
  report: {
    shape: /^([\w-]{1,64})\/(index\.html|report\.(?:json|csv)|[\w-]{1,40}\/[\w-]{1,40}\.jpg)$/,
    find: ([token = '', name = ''], { studio }) => studio.batches.reportFile(token, name),
  },
}

/**
 * @param path behind `/photo/` (browser) or the host (desktop), e.g. `thumb/12`
 * @param versioned whether the address carried `v`
 */
export async function pictureAnswer(path: string, versioned: boolean, context: PictureContext, signal: AbortSignal): Promise<Answer> {
  const slash = path.indexOf('/')
  const kind = Object.hasOwn(kinds, path.slice(0, slash)) ? kinds[path.slice(0, slash)] : undefined
  const match = kind?.shape.exec(path.slice(slash + 1))
  if (kind === undefined || match === undefined || match === null) return textAnswer(404, 'There is no such picture.')
  try {
    const picture = await kind.find(match.slice(1), context, signal)
    if (picture === null) return textAnswer(404, 'There is no such picture.')
    return {
      status: 200, body: picture.bytes,
      headers: {
        'content-type': picture.type, 'cache-control': versioned ? forever : path.startsWith('library/') ? 'no-store' : 'private, no-cache',
        ...(path.startsWith('report/') ? reportHeaders : {}),
      },
    }
  } catch (thrown) {
    const { code, message } = explain(thrown)
    if (code === 'INTERNAL') context.log(`the picture ${path} could not be made`, thrown)
    return textAnswer(['input', 'file', 'usage'].includes(messages[code].category) ? 404 : 500, message)
  }
}
