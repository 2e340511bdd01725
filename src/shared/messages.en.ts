/** The only words a person reads about an error. Codes are stable once released; tests assert on codes, never on text. */

type Category = 'input' | 'file' | 'pack' | 'provider' | 'memory' | 'guest' | 'catalog' | 'usage' | 'cancelled' | 'internal'
interface Words { category: Category, title: string, message: string, hint: string }

const table = {
  FILE_NOT_FOUND: w('file', 'File not found', '{file} is not there (any more).', 'Put it back or import its folder again.'),
  FILE_UNREADABLE: w('file', 'File cannot be read', '{file} could not be read: {reason}.', 'Check its permissions and the disk it lies on.'),
  FILE_EMPTY: w('input', 'Empty file', '{file} holds no bytes.', 'Copy it again from the camera or the backup.'),
  FILE_CHANGED: w('file', 'File changed meanwhile', '{file} is not the file that was imported: its pixels changed since.', 'Import its folder again, then restore it.'),
  FOLDER_UNREADABLE: w('file', 'Folder cannot be read', 'The folder {file} could not be read: {reason}.', 'Check its permissions; the other folders were read.'),
  LINK_LOOP: w('file', 'Link that leads nowhere', '{file} is a link that leads back to itself or nowhere.', 'Remove the link, or import the folder it should lead to.'),
  IMAGE_UNSUPPORTED: w('input', 'Not a photo that restill opens', '{file} is not an image in a format that restill reads ({reason}).', 'Convert it to JPEG, PNG, TIFF, WebP or AVIF.'),
  IMAGE_CORRUPT: w('input', 'Damaged image', '{file} is damaged or cut off: {reason}.', 'Copy it again from the camera or the backup.'),
  IMAGE_TOO_LARGE: w('input', 'Image too large', '{file} declares {width} x {height} pixels, over the limit of {limit}.', 'If it is a real photo, export it in smaller parts.'),
  IMAGE_TOO_SMALL: w('input', 'Image too small', '{file} has only {width} x {height} pixels; at least {limit} are needed on each side.', 'There is nothing to restore in it.'),
  IMAGE_DECODE_TIMEOUT: w('input', 'Image takes too long to open', '{file} did not open within {seconds} seconds.', 'The file is probably damaged: copy it again, or convert it with another program.'),
  RAW_WITHOUT_PREVIEW: w('input', 'Raw file without a usable preview', '{file} is a raw file whose embedded preview could not be used ({reason}).', 'Develop it to TIFF or JPEG first.'),
  HEIC_NOT_SUPPORTED: w('input', 'HEIC pixels cannot be opened', '{file} is a HEIC photo: its metadata are in the catalog, its pixels cannot be restored yet.', 'Export it as JPEG, TIFF or AVIF first.'),
  DISK_FULL: w('file', 'Disk full', 'No room is left to write {file}.', 'Free some space; the batch can be resumed with "restill jobs resume".'),
  TARGET_READ_ONLY: w('file', 'Target cannot be written', '{file} could not be written: {reason}.', 'Choose another folder with --out.'),
  TARGET_IS_SOURCE: w('file', 'Would overwrite an original', '{file} is an original photo; originals are never overwritten.', 'Choose another folder or another name.'),
  OUTPUT_EXISTS: w('file', 'Output exists', '{file} exists already.', 'Choose another name, or the collision policy "unique" or "overwrite".'),
  NAME_TEMPLATE_INVALID: w('usage', 'Naming template not understood', 'The naming template "{template}" is not valid: {reason}.', 'Tokens: {tokens}.'),
  PACK_MISSING: w('pack', 'Model pack missing', 'No usable model pack {pack} was found.', 'Run "restill models" to see what is installed.'),
  PACK_INVALID: w('pack', 'Model pack not understood', '{file} is not a valid model pack: {reason}.', 'Install the pack again.'),
  PACK_ALTERED: w('pack', 'Model pack altered', '{file} is not the file the pack was made with (its checksum differs).', 'Install the pack again; an altered pack is never run.'),
  PACK_VERSION: w('pack', 'Model pack from another version', '{file} has pack format {found}; this restill reads format {expected}.', 'Install a pack made for this version, or update restill.'),
  PACK_BUILT_IN: w('pack', 'Model pack that ships with restill', 'The model pack {pack} came with restill and cannot be removed.', 'Choose another pack as the default of its engine instead.'),
  CONVERSION_FAILED: w('pack', 'Checkpoint could not be converted', '{file} could not be made into a model pack: {reason}.', 'Check that it is an official checkpoint of this engine, and that a Python with PyTorch and onnx is installed (RESTILL_PYTHON names one).'),
  PACK_NOT_EDGE: w('pack', 'Nothing to optimise', 'The blocks of the model pack {pack} cannot be exchanged.', 'It needs a pack with block surrogates; none ships yet. "models/training" makes them (distil-edge).'),
  ENGINE_UNKNOWN: w('pack', 'Unknown engine', 'There is no engine {engine}.', 'Known engines: {known}.'),
  CONTROL_UNKNOWN: w('usage', 'Unknown control', 'The engine {engine} has no control {control}.', 'Its controls: {known}.'),
  CONTROL_INVALID: w('usage', 'Control value not possible', '{control} cannot be {value}: {reason}.', 'See "restill models --controls".'),
  PROVIDER_UNAVAILABLE: w('provider', 'Device not available', 'The device {provider} cannot be used: {reason}.', 'Run "restill doctor" to see which devices work.'),
  PROVIDER_FAILED: w('provider', 'Device failed', 'The device {provider} failed: {reason}.', 'The next device was used instead.'),
  OUT_OF_MEMORY: w('memory', 'Not enough memory', 'The tile of {tile} pixels did not fit into memory on {provider}.', 'Close other programs, or choose a smaller tile.'),
  GUEST_START_FAILED: w('guest', 'Restoration process did not start', 'The process that restores photos did not start: {reason}.', 'Run "restill doctor".'),
  GUEST_CRASHED: w('guest', 'Restoration process ended unexpectedly', 'The process that restores photos ended while it worked on {file}.', 'The photo can be tried again with "restill jobs retry"; if it happens again, the file or the device driver is at fault.'),
  GUEST_UNRESPONSIVE: w('guest', 'Restoration process hangs', 'The process that restores photos gave no sign of life for {seconds} seconds.', 'It was started again; try the photo again.'),
  CATALOG_FROM_FUTURE: w('catalog', 'Catalog of a newer restill', 'The catalog {file} was written by a newer version (format {found}, this one knows {expected}).', 'Update restill, or name another catalog with --catalog.'),
  CATALOG_LOCKED: w('catalog', 'Catalog in use', 'The catalog {file} is busy in another restill.', 'Close the other restill and try again.'),
  CATALOG_CORRUPT: w('catalog', 'Catalog damaged', 'The catalog {file} is damaged: {reason}.', 'Restore the newest backup beside it, or import the folders into a new catalog.'),
  CATALOG_ON_NETWORK: w('catalog', 'Catalog on a network share', 'The catalog {file} lies on a network share, where it cannot be kept safe.', 'Keep the catalog on a local disk (RESTILL_HOME or --catalog); photos may lie on a share.'),
  METADATA_TOOL_MISSING: w('file', 'ExifTool cannot run', 'ExifTool did not start: {reason}.', 'Install perl (ExifTool needs it here); photos are restored without metadata until then.'),
  METADATA_FAILED: w('file', 'Metadata could not be carried', 'The metadata of {file} could not be carried over: {reason}.', 'The picture itself was delivered.'),
  JOB_LOST: w('catalog', 'Job taken over', 'Another restill finished or took over the job of {file}.', 'Nothing is to be done.'),
  PRESET_UNKNOWN: w('usage', 'Unknown preset', 'There is no export preset {preset}.', 'Known presets: {known}.'),
  SESSION_UNKNOWN: w('usage', 'Photo no longer open', 'The photo is no longer open in Develop.', 'Open it again.'),
  PLACE_UNKNOWN: w('usage', 'Folder not chosen here', 'The folder that was asked for is not one that this window may use.', 'Choose the folder again.'),
  CALL_INVALID: w('usage', 'Request not understood', 'The window asked for something that restill does not understand ({reason}).', 'Reload the window; if it happens again, please report it.'),
  UPLOAD_REFUSED: w('input', 'File not taken', '{file} was not taken: {reason}.', 'Drop photos, or folders of photos.'),
  UPLOAD_BROKEN: w('file', 'Upload broken off', '{file} did not arrive whole: {reason}.', 'Drop it again.'),
  ADDRESS_IN_USE: w('usage', 'Address in use', 'The address {address} cannot be opened: {reason}.', 'Choose another one with --port, or let restill find a free one with --port 0.'),
  WINDOW_NOT_BUILT: w('usage', 'Window not built', 'The files of the window are not there: {file} is missing.', 'Run "npm run build" in the folder of restill.'),
  ITEM_UNKNOWN: w('usage', 'Not in the library', 'This photo is not in the library (any more).', 'It may have been removed in another window; undo brings it back.'),
  ITEM_BUSY: w('usage', 'Photo is being restored', '{file} is queued or being restored, and its name is needed until then.', 'Rename it when the batch is done.'),
  COLLECTION_UNKNOWN: w('usage', 'Unknown collection', 'There is no collection {collection} (any more).', 'It may have been removed in another window.'),
  COLLECTION_FIXED: w('usage', 'Collection cannot be changed this way', 'The collection "{name}" cannot be changed this way: {reason}.', 'Make a collection of your own.'),
  NAME_INVALID: w('usage', 'Name not possible', '"{name}" cannot be the name of a file: {reason}.', 'Use letters, digits, spaces, "-" and "_", and keep the ending.'),
  SIDECAR_FAILED: w('file', 'Sidecar not written', '{file} could not be written: {reason}.', 'Check the permissions of its folder; the photo itself was not touched.'),
  CAPTION_HOST_INVALID: w('usage', 'Address of ollama not usable', '"{host}" cannot be the address of ollama: {reason}.', 'Write it like http://127.0.0.1:11434.'),
  CAPTION_SERVER_MISSING: w('provider', 'No ollama', 'No ollama answers at {host}.', 'For captions by a vision model get it from https://ollama.com, start it, and run "ollama pull qwen3-vl:4b"; a caption can also be typed by hand.'),
  CAPTION_SERVER_FAILED: w('provider', 'Ollama failed', 'Ollama at {host} failed: {reason}.', 'Look into the log of ollama, try another model, or type the caption by hand.'),
  CAPTION_TIMEOUT: w('provider', 'Ollama takes too long', 'Ollama at {host} was not done {stage} within {seconds} seconds.', 'Close other programs, take a smaller model with --model, or type the caption by hand.'),
  CAPTION_NO_MODEL: w('provider', 'No model that can see', 'Ollama at {host} has no model that can look at pictures.', 'Run "ollama pull qwen3-vl:4b", or type the caption by hand.'),
  CAPTION_MODEL_MISSING: w('usage', 'Model not installed', 'Ollama at {host} has no model {model}.', 'Models there that can see: {known}. "ollama pull {model}" fetches it.'),
  CAPTION_MODEL_BLIND: w('usage', 'Model cannot see', 'The model {model} cannot look at pictures.', 'Models at {host} that can: {known}.'),
  CAPTION_CLOUD: w('usage', 'Model in a cloud', '{model} does not run on this machine: photos would be sent to a cloud.', 'Take a model that runs here, such as qwen3-vl:4b.'),
  CAPTION_NOT_SEEN: w('provider', 'Picture did not reach the model', 'The model {model} was given {file} and did not see it, so what it said was made up and is not kept.', 'Update ollama, or take another model with --model.'),
  CAPTION_UNREADABLE: w('provider', 'No usable caption', 'The model {model} gave no usable caption for {file}, twice.', 'Take another model with --model, or type the caption by hand.'),
  CAPTION_GIVEN_UP: w('provider', 'Captions given up', 'The model was not asked any more after {count} failures in a row; the last one: {reason}', 'Look into the log of ollama, then run the same command again: captions that were made stay.'),
  USAGE: w('usage', 'Arguments not understood', '{reason}.', 'See "restill help".'),
  CANCELLED: w('cancelled', 'Cancelled', 'Cancelled.', ''),
  INTERNAL: w('internal', 'Unexpected error', 'Something unexpected happened: {text}.', 'Please report it with the log file that "restill doctor" names.'),
} satisfies Record<string, Words>

export type ErrorCode = keyof typeof table
export const errorCodes = Object.keys(table) as [ErrorCode, ...ErrorCode[]]
export const messages: Record<ErrorCode, Words> = table

function w(category: Category, title: string, message: string, hint: string): Words {
  return { category, title, message, hint }
}

const photos = (count: number): string => count === 1 ? '1 photo' : `${count} photos`
const starsText = (stars: number): string => stars === 0 ? 'No stars' : stars === 1 ? '1 star' : `${stars} stars`
const flagTexts = { reject: 'Rejected', none: 'No flag', pick: 'Picked' } as const

/** What a change of the library is called in the line that offers to undo it. */
export const changeWords = {
  marks: (count: number, set: { flag?: keyof typeof flagTexts | undefined, stars?: number | undefined, label?: string | undefined }): string => [
    ...set.flag === undefined ? [] : [flagTexts[set.flag]],
    ...set.stars === undefined ? [] : [starsText(set.stars)],
    ...set.label === undefined ? [] : [set.label === 'none' ? 'No label' : `Label ${set.label}`],
  ].join(', ') + `: ${photos(count)}`,
  words: (count: number): string => `Words: ${photos(count)}`,
  shown: (count: number): string => `What is shown: ${photos(count)}`,
  stacked: (count: number): string => `Stacked: ${photos(count)}`,
  unstacked: (count: number): string => `Taken out of stacks: ${photos(count)}`,
  copied: (count: number): string => `Virtual copies: ${photos(count)}`,
  removed: (count: number): string => `Removed from the library: ${photos(count)}`,
  renamed: (from: string, to: string): string => `Renamed: ${from} to ${to}`,
  collectionSaved: (name: string): string => `Collection saved: ${name}`,
  collectionRemoved: (name: string): string => `Collection removed: ${name}`,
  collected: (name: string): string => `Collection changed: ${name}`,
}

/** What is said while captions are made. */
export const captionWords = {
  away: (host: string): string => `Photos leave this machine: reduced copies of them are sent to ollama at ${host}, which is not on it.`,
}

/** Names of what the studio itself puts into the library. */
export const libraryWords = {
  quickCollection: 'Quick collection',
  worthFixing: 'Worth fixing', suspect: 'Suspect', failed: 'Failed', recentlyAdded: 'Recently added', restored: 'Restored',
  copyName: (name: string, number: number): string => `${name} (copy ${number})`,
  copyStep: 'Virtual copy',
}
