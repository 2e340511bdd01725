/**
 * The one contract between the window and the studio: calls and event streams with their schemas. The studio implements it once
 * (`src/main/rpc`); the client is derived from it; both doors carry it (message port, WebSocket).
 */
import { batchContract } from './batch.ts'
import { captionsContract } from './captions.ts'
import { developContract } from './develop.ts'
import { libraryContract } from './library.ts'
import { settingsContract } from './settings.ts'

export const contract = { library: libraryContract, develop: developContract, batch: batchContract, captions: captionsContract, settings: settingsContract }
export type Contract = typeof contract
