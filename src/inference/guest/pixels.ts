/** The `pixels` role: thumbnails, previews, export encodes, comparisons, and what engines and packs there are; never waits for a running tile. */
import { descriptors } from '../engines/registry.ts'
import { pixelsHandlers } from '../image/handlers.ts'
import { listPacks } from '../packs/find.ts'
import type { Handlers } from './port.ts'

export const handlers: Handlers = {
  ...pixelsHandlers,
  engines: () => Promise.resolve(descriptors()),
  packs: ({ folders }: { folders: string[] }) => listPacks(folders),
}
