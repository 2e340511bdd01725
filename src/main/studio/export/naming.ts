/**
 * Naming templates: `{name}_restored`, `{date:YYYY-MM-DD}_{seq:4}`, `{relpath}/{name}`. A `/` in the template makes a folder;
 * values of tokens never do, except `{relpath}`. Whatever a template or a photo holds, the result stays below the destination.
 */
import { RestillError } from '../../../shared/errors.ts'
import { nameLimitBytes, safeSegment, safeValue, shorten } from './sanitise.ts'

export interface NameTokens {
  /** File name of the source without its extension. */
  name: string
  /** Extension of the source, without the dot. */
  ext: string
  /** Number in the batch, from 1. */
  seq: number
  /** Capture time by the camera's clock, ISO 8601; null takes `fileTime`. */
  capturedAt: string | null
  fileTime: Date
  /** Name of the folder that the source lies in. */
  folder: string
  /** Folders between the import root and the source, separated by `/`; empty at the root. */
  relpath: string
  engine: string
  pack: string
  preset: string
  rating: number | null
  camera: string | null
  strength: number
  scale: number | string
  /** Which copy of the same photo, from 1. */
  copy: number
}

/** Room for the number of a second file of the same name (`-12`, `_12`). */
const suffixBytes = 8
const tokenNames = ['name', 'ext', 'seq', 'date', 'folder', 'relpath', 'engine', 'model', 'pack', 'preset', 'rating', 'camera', 'strength', 'scale', 'copy']
const known = tokenNames.map(name => `{${name === 'seq' ? 'seq:4' : name === 'date' ? 'date:YYYY-MM-DD' : name}}`).join(' ')

type Part = { text: string } | { token: string, argument: string | null }

/**
 * @param extension of the result, without the dot: name and extension together keep to 255 bytes
 * @returns path below the destination, segments separated by `/`, without the extension
 * @throws NAME_TEMPLATE_INVALID
 */
export function expandName(template: string, tokens: NameTokens, extension: string): string {
  const parts = parseTemplate(template)
  const limit = nameLimitBytes - Buffer.byteLength(`.${extension}`) - suffixBytes
  const whole = segments(parts, tokens)
  const overflow = Buffer.byteLength(whole.at(-1) ?? '') - limit
  if (overflow <= 0) return whole.map(segment => shorten(segment, limit)).join('/')
  // The photo's own name gives way first, so that what the template adds ("_restored") stays.
  const room = Math.max(16, Buffer.byteLength(safeValue(tokens.name)) - overflow)
  return segments(parts, { ...tokens, name: shorten(safeValue(tokens.name), room) }).map(segment => shorten(segment, limit)).join('/')
}

function parseTemplate(template: string): Part[] {
  const parts: Part[] = []
  let rest = template
  while (rest !== '') {
    const text = /^[^{}]+/.exec(rest)?.[0]
    if (text !== undefined) {
      parts.push({ text })
      rest = rest.slice(text.length)
      continue
    }
    const found = /^\{([a-zA-Z]+)(?::([^{}]*))?\}/.exec(rest)
    if (found === null) throw invalid(template, 'a brace has no partner')
    const [all, token = '', argument] = found
    parts.push(checked(template, token, argument ?? null))
    rest = rest.slice(all.length)
  }
  if (parts.length === 0) throw invalid(template, 'it is empty')
  return parts
}

function checked(template: string, token: string, argument: string | null): Part {
  if (!tokenNames.includes(token)) throw invalid(template, `there is no token {${token}}`)
  if (argument === null) return { token, argument }
  if (token === 'seq' && /^[1-9]$/.test(argument)) return { token, argument }
  if (token === 'date' && /YYYY|MM|DD|HH|mm|ss/.test(argument)) return { token, argument }
  if (token === 'seq') throw invalid(template, '{seq:n} takes a number of digits from 1 to 9')
  if (token === 'date') throw invalid(template, '{date:...} is made of YYYY MM DD HH mm ss')
  throw invalid(template, `{${token}} takes no addition`)
}

function invalid(template: string, reason: string): RestillError {
  return new RestillError('NAME_TEMPLATE_INVALID', { detail: { template, reason, tokens: known } })
}

function segments(parts: readonly Part[], tokens: NameTokens): string[] {
  const text = parts.map(part => ('text' in part ? part.text : value(part.token, part.argument, tokens))).join('')
  const found = text.split('/').filter(segment => segment.trim() !== '').map(safeSegment)
  // A template that ends with a folder, or is made of empty values, still names a file.
  return found.length === 0 || text.endsWith('/') ? [...found, safeSegment(tokens.name)] : found
}

function value(token: string, argument: string | null, tokens: NameTokens): string {
  switch (token) {
    case 'name': return safeValue(tokens.name)
    case 'ext': return safeValue(tokens.ext)
    case 'seq': return String(tokens.seq).padStart(Number(argument ?? 1), '0')
    case 'date': return dateText(argument ?? 'YYYY-MM-DD', tokens)
    case 'folder': return safeValue(tokens.folder)
    case 'relpath': return tokens.relpath.split('/').filter(segment => segment !== '' && segment !== '.' && segment !== '..').map(safeSegment).join('/')
    case 'engine': return safeValue(tokens.engine)
    case 'model': case 'pack': return safeValue(tokens.pack)
    case 'preset': return safeValue(tokens.preset)
    case 'rating': return tokens.rating === null ? '' : String(tokens.rating)
    case 'camera': return safeValue(tokens.camera ?? '')
    case 'strength': return String(tokens.strength)
    case 'scale': return safeValue(String(tokens.scale))
    default: return String(tokens.copy)
  }
}

function dateText(format: string, tokens: NameTokens): string {
  const stamp = /^(\d{4})-(\d\d)-(\d\d)(?:T(\d\d):(\d\d)(?::(\d\d))?)?/.exec(tokens.capturedAt ?? '')
  const file = tokens.fileTime
  const [year, month, day, hour, minute, second] = stamp === null
    ? [file.getFullYear(), file.getMonth() + 1, file.getDate(), file.getHours(), file.getMinutes(), file.getSeconds()].map(String)
    : stamp.slice(1)
  const pad = (part: string | undefined, digits = 2) => (part ?? '0').padStart(digits, '0')
  const parts: Record<string, string> = {
    YYYY: pad(year, 4), MM: pad(month), DD: pad(day), HH: pad(hour), mm: pad(minute), ss: pad(second),
  }
  return format.replace(/YYYY|MM|DD|HH|mm|ss/g, found => parts[found] ?? found)
}
