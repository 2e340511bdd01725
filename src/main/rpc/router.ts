/** The whole contract, answered. A call without a handler does not compile. */
import { batchHandlers } from './batch.ts'
import { captionHandlers } from './captions.ts'
import { os } from './context.ts'
import { developHandlers } from './develop.ts'
import { libraryHandlers } from './library.ts'
import { settingsHandlers } from './settings.ts'

export const router = os.router({ library: libraryHandlers, develop: developHandlers, batch: batchHandlers, captions: captionHandlers, settings: settingsHandlers })
