/** An answer to an address, before a door puts it into its own words. */
export interface Answer { status: number, headers: Record<string, string>, body: Uint8Array }

export function textAnswer(status: number, text: string): Answer {
  return { status, headers: { 'content-type': 'text/plain; charset=utf-8', 'cache-control': 'no-store' }, body: new TextEncoder().encode(text) }
}
