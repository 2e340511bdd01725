/** Answers the window's addresses: `photo://pictures/photo/...` are pictures by id, everything else a file of the built window. */
import { textAnswer, type Answer } from '../rpc/answer.ts'
import type { RpcContext } from '../rpc/context.ts'
import { safeHeaders } from '../rpc/headers.ts'
import { pictureAnswer } from '../rpc/pictures.ts'
import { windowFile } from '../rpc/window-files.ts'
import { isOwnAddress } from './origin.ts'

/** @param renderer folder of the built window */
export async function answerAddress(request: Request, context: Pick<RpcContext, 'studio' | 'log'>, renderer: string): Promise<Response> {
  const { status, headers, body } = await find(request, context, renderer)
  return new Response(request.method === 'HEAD' ? null : new Uint8Array(body), { status, headers: { ...safeHeaders, ...headers } })
}

async function find(request: Request, context: Pick<RpcContext, 'studio' | 'log'>, renderer: string): Promise<Answer> {
  if (!isOwnAddress(request.url) || (request.method !== 'GET' && request.method !== 'HEAD')) return textAnswer(403, 'This is not answered.')
  const url = new URL(request.url)
  if (url.pathname.startsWith('/photo/')) {
    return pictureAnswer(url.pathname.slice('/photo/'.length), url.searchParams.has('v'), context, request.signal)
  }
  return await windowFile(renderer, url.pathname) ?? textAnswer(404, 'There is nothing here.')
}
