/** Calls back as a stream: what a guest tells on its way, read at the reader's own pace. */

/**
 * Yields what `work` hands to `tell`, then ends, or throws what `work` threw. A reader that stops aborts the signal that `work` got.
 * @param outer stops the work too
 */
export async function* streamOf<E>(
  outer: AbortSignal, work: (tell: (event: E) => void, signal: AbortSignal) => Promise<void>,
): AsyncGenerator<E, void> {
  const controller = new AbortController()
  const queue: E[] = []
  let wake = () => {}
  const state = { ended: false }
  const running = work(event => {
    queue.push(event)
    wake()
  }, AbortSignal.any([outer, controller.signal])).finally(() => {
    state.ended = true
    wake()
  })
  running.catch(() => undefined)
  try {
    for (;;) {
      const event = queue.shift()
      if (event !== undefined) yield event
      else if (state.ended) break
      else await new Promise<void>(resolve => { wake = resolve })
    }
    await running
  } finally {
    controller.abort()
  }
}
