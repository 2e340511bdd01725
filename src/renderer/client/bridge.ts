/** What the desktop's preload script puts on the window; absent in a browser. */
import type { DesktopBridge } from '../../shared/bridge.ts'

declare global {
  interface Window { restill?: DesktopBridge }
}

export const bridge: DesktopBridge | undefined = typeof window === 'undefined' ? undefined : window.restill
