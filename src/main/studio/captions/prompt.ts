/** What a model is asked for a caption, and how its answer is read. */
import { z } from 'zod'

/** Stored with every caption: a change of the words below, of the schema or of the picture that is sent makes another one. */
export const promptVersion = 1

const longestCaption = 400

/** One line of printable text. */
const captionText = z.string().transform((text) => text.replace(/[\p{C}\s]+/gu, ' ').trim()).pipe(z.string().min(1).max(longestCaption))
const answerSchema = z.object({ caption: captionText })

/** For the server, which lets the model write nothing else. */
export const answerFormat = {
  type: 'object', properties: { caption: { type: 'string' } }, required: ['caption'], additionalProperties: false,
}

/** The schema is told in words as well: not every model is held to it. A blurred photo makes a model guess, unless it is told not to. */
export const prompt = [
  'This photo may be blurred. Say in one short English sentence what it shows: the main subject, what it is made of, and the place.',
  'Name only what is certain. Where something cannot be recognised, use a general word instead of guessing.',
  'Do not mention blur, quality, mood or the photographer.',
  'Answer with JSON of this form and nothing else: {"caption": "..."}',
].join(' ')

/**
 * The caption in what a model said; null when there is none. Some models put the answer among their thoughts.
 * @param texts in the order they are looked at
 */
export function captionIn(texts: readonly string[]): string | null {
  for (const text of texts) {
    const object = /\{[\s\S]*\}/.exec(text)
    const answer = answerSchema.safeParse(object === null ? null : parsed(object[0]))
    if (answer.success) return answer.data.caption
  }
  return null
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return null
  }
}
