import type { ReactNode } from 'react'

/** A named group of fields. */
export function Part({ title, isTall = false, children }: { title: string, isTall?: boolean, children: ReactNode }) {
  return (
    <fieldset className={isTall ? 'r-export-part r-export-tall' : 'r-export-part'}>
      <legend>{title}</legend>
      {children}
    </fieldset>
  )
}
