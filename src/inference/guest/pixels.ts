/** The `pixels` role: thumbnails, previews, export encodes, comparisons; never waits for a running tile. */
import { pixelsHandlers } from '../image/handlers.ts'
import type { Handlers } from './port.ts'

export const handlers: Handlers = pixelsHandlers
