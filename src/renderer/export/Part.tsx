import type { ReactNode } from 'react'

/** A named group of fields. */
export function Part({ title, children }: { title: string, children: ReactNode }) {
  return (
    <fieldset className="r-export-part">
      <legend>{title}</legend>
      {children}
    </fieldset>
  )
}
