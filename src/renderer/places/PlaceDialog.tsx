/** Choosing a folder. On the desktop the system's own dialog is asked; in the browser the studio lists what lies below its roots. */
import { useEffect, useRef, useState, type ReactNode } from 'react'
import { GridList, GridListItem } from 'react-aria-components'
import { bridge } from '../client/bridge.ts'
import { client } from '../client/client.ts'
import { explainError } from '../client/errors.ts'
import { showError } from '../state/toasts.ts'
import { Button, Dialog, ErrorState, Icon, IconButton } from '../ui/index.ts'
import { number, t } from '../words/words.ts'
import './places.css'

type Listing = Awaited<ReturnType<typeof client.library.places>>
/** A folder that the studio may use; it never learns a path from the window. */
export interface ChosenFolder { token: string, name: string, path: string | null }

/** `children` are drawn below the folders, in the browser; the system's dialog has no place for them. */
interface Props { title: string, action: string, hint?: string, children?: ReactNode, onChoose: (folder: ChosenFolder) => void, onClose: () => void }

export function PlaceDialog(props: Props) {
  return bridge === undefined ? <BrowserDialog {...props} /> : <SystemDialog {...props} />
}

function SystemDialog({ onChoose, onClose }: Props) {
  useEffect(() => {
    bridge!.chooseFolder().then((folder) => folder === null ? onClose() : onChoose({ ...folder, path: null }), (error: unknown) => {
      showError(error)
      onClose()
    })
  }, [])
  return null
}

function BrowserDialog({ title, action, hint, children, onChoose, onClose }: Props) {
  const [token, setToken] = useState<string | null>(null)
  const [listing, setListing] = useState<Listing | null>(null)
  const [problem, setProblem] = useState<{ message: string, hint: string } | null>(null)
  useEffect(() => {
    let current = true
    setProblem(null)
    client.library.places({ token }).then((found) => { if (current) setListing(found) }, (error: unknown) => { if (current) setProblem(explainError(error)) })
    return () => { current = false }
  }, [token])
  const here = listing?.here ?? null
  // Of a double click the first click opens; the second may meet the new list already and must not open what lies there.
  const clicks = useRef(0)
  const open = (folder: string) => {
    if (clicks.current < 2) setToken(folder)
    clicks.current = 0
  }
  return (
    <Dialog title={title} onClose={onClose} actions={
      <>
        {here !== null && here.photos !== null && <span className="r-dim r-places-count">{t('places.photos', { count: here.photos })}</span>}
        <Button onPress={onClose}>{t('shell.cancel')}</Button>
        <Button kind="primary" disabled={here === null} onPress={() => here !== null && onChoose({ token: here.token, name: here.name, path: here.path })}>{action}</Button>
      </>
    }>
      {hint !== undefined && <p className="r-dim r-places-hint">{hint}</p>}
      <div className="r-places-here">
        <IconButton label={t('places.up')} icon="up" disabled={here === null} onPress={() => setToken(listing?.parent ?? null)} />
        <bdi className="r-cut">{here === null ? t('places.roots') : here.path}</bdi>
      </div>
      {problem !== null && <ErrorState {...problem} onRetry={() => setToken(null)} />}
      {problem === null && (
        <div onMouseDownCapture={({ detail }) => { clicks.current = detail }} onKeyDownCapture={() => { clicks.current = 0 }}>
          <GridList className="r-places r-scroll" aria-label={t('places.list', { name: here?.name ?? t('places.roots') })} items={(listing?.places ?? []).map((place) => ({ ...place, id: place.token }))}
            onAction={(key) => open(String(key))} renderEmptyState={() => <span className="r-dim">{listing === null ? t('places.loading') : t('places.empty')}</span>}>
            {(place) => (
              <GridListItem className="r-list-item r-place" id={place.token} textValue={place.name}>
                <Icon name="folder" /><bdi className="r-cut">{place.name}</bdi>
                <span className="r-dim">{place.photos === null || place.photos === 0 ? '' : number(place.photos)}</span>
              </GridListItem>
            )}
          </GridList>
        </div>
      )}
      {children}
    </Dialog>
  )
}
