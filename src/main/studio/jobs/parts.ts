/** What the jobs need of the rest of the studio; made in `studio.ts`. */
import type { Guest } from '../../../inference/client/client.ts'
import type { Catalog } from '../catalog/open.ts'
import type { PhotosRepo } from '../catalog/photos.repo.ts'
import type { Log } from '../log.ts'
import type { MetadataCarrier } from '../metadata/carrier.ts'
import type { BatchesRepo } from './batches.repo.ts'
import type { JobsRepo } from './jobs.repo.ts'
import type { Outputs } from './outputs.ts'
import type { Pictures } from './pictures.ts'
import type { JobQueue } from './queue.ts'
import type { ResultsRepo } from './results.repo.ts'

export interface JobParts {
  home: string
  catalog: Catalog
  photos: PhotosRepo
  batches: BatchesRepo
  jobs: JobsRepo
  queue: JobQueue
  results: ResultsRepo
  outputs: Outputs
  pictures: Pictures
  infer: Guest
  pixels: Guest
  carrier: MetadataCarrier
  packFolders: string[]
  /** Name and version, as written into results. */
  software: string
  /** In the names of temporary files, so that catalogs which share a folder leave each other's alone. */
  catalogTag: string
  log: Log
}
