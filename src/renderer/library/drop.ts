/** Files and folders that are dropped on the window. The desktop names them to the studio; a browser sends their bytes to the inbox. */
import { useEffect, useState } from 'react'
import { bridge } from '../client/bridge.ts'
import { hasTexts } from '../client/guards.ts'
import { useImports } from '../state/imports.ts'
import { showError, useToasts } from '../state/toasts.ts'
import { useView } from '../state/view.ts'
import { t } from '../words/words.ts'

interface Dropped { path: string, file: File }
/** Uploads under way at once. */
const lanes = 3

/** @returns true while files hover over the window */
export function useDrop(): boolean {
  const [isOver, setOver] = useState(false)
  useEffect(() => {
    let depth = 0
    const hasFiles = (event: DragEvent): boolean => event.dataTransfer?.types.includes('Files') === true
    const enter = (event: DragEvent): void => {
      if (!hasFiles(event)) return
      depth++
      setOver(true)
    }
    const leave = (event: DragEvent): void => {
      if (!hasFiles(event)) return
      depth = Math.max(0, depth - 1)
      if (depth === 0) setOver(false)
    }
    const over = (event: DragEvent): void => {
      if (hasFiles(event)) event.preventDefault()
    }
    const drop = (event: DragEvent): void => {
      if (!hasFiles(event)) return
      event.preventDefault()
      depth = 0
      setOver(false)
      bring(event.dataTransfer!).catch(showError)
    }
    const listeners = { dragenter: enter, dragleave: leave, dragover: over, drop } as const
    for (const [type, listener] of Object.entries(listeners)) window.addEventListener(type as keyof typeof listeners, listener)
    return () => {
      for (const [type, listener] of Object.entries(listeners)) window.removeEventListener(type as keyof typeof listeners, listener)
    }
  }, [])
  return isOver
}

async function bring(data: DataTransfer): Promise<void> {
  useView.getState().open('library', 'grid')
  if (bridge !== undefined) {
    const places = await bridge.placesOf([...data.files])
    if (places.length > 0) await useImports.getState().run(places.map(({ token }) => token))
    return
  }
  // Entries must be taken before the first wait: afterwards the browser empties the list.
  const dropped = [...data.items].map((item) => item.webkitGetAsEntry() ?? item.getAsFile()).filter((one) => one !== null)
  const files = (await Promise.all(dropped.map(async (one) => one instanceof File ? [{ path: one.name, file: one }] : filesOf(one)))).flat()
  if (files.length === 0) return void useToasts.getState().show({ message: t('library.import.nothing') })
  const token = await upload(files)
  await useImports.getState().run([token])
}

async function filesOf(entry: FileSystemEntry): Promise<Dropped[]> {
  if (entry.isFile) {
    const file = await new Promise<File>((resolve, reject) => (entry as FileSystemFileEntry).file(resolve, reject))
    return [{ path: entry.fullPath.replace(/^\//, ''), file }]
  }
  const reader = (entry as FileSystemDirectoryEntry).createReader()
  const found: FileSystemEntry[] = []
  // One call gives at most a hundred.
  for (;;) {
    const some = await new Promise<FileSystemEntry[]>((resolve, reject) => reader.readEntries(resolve, reject))
    if (some.length === 0) break
    found.push(...some)
  }
  return (await Promise.all(found.map((inner) => filesOf(inner)))).flat()
}

async function upload(files: readonly Dropped[]): Promise<string> {
  const answer = await fetch('/inbox', { method: 'POST' })
  const inbox = answer.ok ? await answer.json() as unknown : null
  if (!hasTexts(inbox, 'token')) throw new Error(t('library.import.inboxClosed'))
  const { token } = inbox
  const waiting = [...files]
  let done = 0
  const refusals: string[] = []
  const lane = async (): Promise<void> => {
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
      useImports.setState({ running: { found: files.length, done, name: next.path, step: 'upload' } })
      const sent = await fetch(`/inbox/${encodeURIComponent(token)}?name=${encodeURIComponent(next.path)}`, { method: 'PUT', body: next.file })
      if (!sent.ok) {
        const why = await sent.json().catch(() => null) as unknown
        refusals.push(hasTexts(why, 'message') ? why.message : next.path)
      }
      done++
    }
  }
  try {
    await Promise.all(Array.from({ length: lanes }, lane))
  } finally {
    useImports.setState({ running: null })
  }
  if (refusals.length > 0) useToasts.getState().show({ kind: 'error', message: t('library.import.refused', { count: refusals.length }), hint: refusals.slice(0, 3).join(' ') })
  return token
}
