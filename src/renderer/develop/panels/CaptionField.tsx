/** The photo's caption as a control: what is typed or asked for is kept with the photo, as in the library, not with its settings. */
import { useQuery } from '@tanstack/react-query'
import { useEffect, useRef } from 'react'
import type { Control } from '../../../shared/descriptor.ts'
import { client } from '../../client/client.ts'
import { forgetCaptions, useCaptions } from '../../state/captions.ts'
import { showError } from '../../state/toasts.ts'
import { Button, CommitField } from '../../ui/index.ts'
import { t } from '../../words/words.ts'
import { refreshPreview } from '../state/session.ts'

export function CaptionField({ control, item }: { control: Extract<Control, { kind: 'text' }>, item: number }) {
  const { data } = useQuery({ queryKey: ['caption', item], queryFn: ({ signal }) => client.captions.of({ id: item }, { signal }) })
  const { running, make } = useCaptions()
  const text = data === undefined ? undefined : data?.text ?? ''
  // Whoever changes it, here or in the library: what is on the stage was made with another one.
  const shown = useRef<string | undefined>(undefined)
  useEffect(() => {
    if (text === undefined) return
    if (shown.current !== undefined && shown.current !== text) refreshPreview(true)
    shown.current = text
  }, [text])
  return (
    <>
      <CommitField of={item} label={control.label} description={control.help} value={text ?? ''} maxLength={control.maxLength} lines={3}
        onCommit={value => void client.captions.set({ ids: [item], text: value }).then(forgetCaptions, showError)} />
      <Button onPress={() => make([item])} disabled={running !== null}>{t(running === null ? 'develop.caption.ask' : 'develop.caption.asking')}</Button>
    </>
  )
}
