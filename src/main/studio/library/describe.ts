/** Titles, captions and keywords that a person gives. */
import { changeWords } from '../../../shared/messages.en.ts'
import type { Catalog } from '../catalog/open.ts'
import type { Journal } from './journal.ts'
import type { Change } from './marks.ts'

export interface Words {
  title?: string | null | undefined
  caption?: string | null | undefined
  addKeywords?: readonly string[] | undefined
  removeKeywords?: readonly string[] | undefined
}

/** Empty text takes a title or caption away. Keywords are told apart without regard to case; the first spelling stays. */
export function describe(catalog: Catalog, journal: Journal, ids: readonly number[], words: Words): Change {
  const keywordsOf = catalog.db.prepare<[number], string>('SELECT keywords FROM texts WHERE item_id = ?').pluck()
  const { result, undo } = journal.change((edit) => {
    let changed = 0
    for (const id of ids) {
      const before = keywordsOf.get(id)
      if (before === undefined) continue
      const set = {
        ...words.title === undefined ? {} : { title: textOrNone(words.title) },
        ...words.caption === undefined ? {} : { caption: textOrNone(words.caption) },
        keywords: JSON.stringify(changedKeywords(JSON.parse(before) as string[], words.addKeywords ?? [], words.removeKeywords ?? [])),
      }
      if (edit.update('texts', { item_id: id }, set)) changed++
    }
    return { label: changeWords.words(changed), result: changed }
  })
  return { changed: result, undo }
}

/** Every keyword with the number of items that bear it, most used first. */
export function keywordCounts(catalog: Catalog): { keyword: string, count: number }[] {
  return catalog.db.prepare<[], { keyword: string, count: number }>(`
    SELECT value AS keyword, count(*) AS count FROM texts CROSS JOIN json_each(texts.keywords) JOIN items ON items.id = texts.item_id
    WHERE texts.keywords <> '[]' AND removed = 0 GROUP BY value ORDER BY count DESC, value
  `).all()
}

function textOrNone(text: string | null): string | null {
  const trimmed = text?.trim() ?? ''
  return trimmed === '' ? null : trimmed
}

function changedKeywords(before: readonly string[], add: readonly string[], remove: readonly string[]): string[] {
  const fold = (word: string): string => word.normalize('NFC').toLowerCase()
  const removed = new Set(remove.map(fold))
  const kept = before.filter((word) => !removed.has(fold(word)))
  const known = new Set(kept.map(fold))
  for (const word of add.map((added) => added.trim()).filter((added) => added !== '')) {
    if (known.has(fold(word))) continue
    known.add(fold(word))
    kept.push(word)
  }
  return kept
}
