/**
 * Who may talk to the server: whoever opened the printed address. Its token works once and is exchanged for a cookie, so that no token stays
 * in the address and pictures load by plain `<img>`.
 */
import { createHash, randomBytes, timingSafeEqual } from 'node:crypto'
import { readFileSync, renameSync, writeFileSync } from 'node:fs'
import { z } from 'zod'

const lifeMs = 30 * 24 * 3600 * 1000
const mostSessions = 50

const storedSchema = z.array(z.strictObject({ hash: z.string().regex(/^[0-9a-f]{64}$/), at: z.number() }))
type Sessions = z.infer<typeof storedSchema>

/**
 * Cookies given so far, as hashes in a file that only its owner may read: a window goes on after the server was started again.
 * A damaged or missing file only means that the printed address must be opened again.
 */
export class Access {
  readonly #file: string
  readonly #cookie: string
  #token: Buffer | null = null
  /** As they were when this server started, and those it let in: pictures are asked for hundreds of times a second. */
  #known: readonly { hash: Buffer, at: number }[]

  /** @param port part of the cookie's name: browsers do not keep cookies of two ports apart */
  constructor(file: string, port: number) {
    this.#file = file
    this.#cookie = `restill-${port}`
    this.#known = inMemory(this.#read())
  }

  /** A new token for the printed address; an earlier one that was not used is void. */
  newToken(): string {
    const token = randomBytes(32).toString('base64url')
    this.#token = digest(token)
    return token
  }

  /** @returns the value of a Set-Cookie header; null when the token is not right or was used */
  exchange(token: string): string | null {
    if (this.#token === null || !timingSafeEqual(digest(token), this.#token)) return null
    this.#token = null
    const value = randomBytes(32).toString('base64url')
    const sessions = [...this.#read().slice(-(mostSessions - 1)), { hash: digest(value).toString('hex'), at: Date.now() }]
    this.#write(sessions)
    this.#known = inMemory(sessions)
    return `${this.#cookie}=${value}; HttpOnly; SameSite=Strict; Path=/; Max-Age=${lifeMs / 1000}`
  }

  /** @param header the Cookie header of a request */
  admits(header: string | undefined): boolean {
    const value = cookieNamed(this.#cookie, header)
    if (value === null) return false
    const hash = digest(value)
    const youngest = Date.now() - lifeMs
    return this.#known.some((session) => session.at > youngest && timingSafeEqual(session.hash, hash))
  }

  #read(): Sessions {
    try {
      const youngest = Date.now() - lifeMs
      return storedSchema.parse(JSON.parse(readFileSync(this.#file, 'utf8'))).filter(({ at }) => at > youngest)
    } catch {
      return []
    }
  }

  #write(sessions: Sessions): void {
    const temporary = `${this.#file}.${process.pid}.part`
    writeFileSync(temporary, JSON.stringify(sessions), { mode: 0o600 })
    renameSync(temporary, this.#file)
  }
}

function inMemory(sessions: Sessions): { hash: Buffer, at: number }[] {
  return sessions.map(({ hash, at }) => ({ hash: Buffer.from(hash, 'hex'), at }))
}

function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest()
}

function cookieNamed(name: string, header = ''): string | null {
  for (const part of header.split(';')) {
    const [key, value] = part.trim().split('=', 2)
    if (key === name && value !== undefined) return value
  }
  return null
}
