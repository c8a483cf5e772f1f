// What the console says after a change, above the page, until it is dismissed.
import Flashbar, { type FlashbarProps } from '@cloudscape-design/components/flashbar'
import { createContext, type ReactNode, useCallback, useContext, useMemo, useState } from 'react'
import { asCallError } from '../api/use-calls.js'

interface NoticesValue {
  readonly items: readonly FlashbarProps.MessageDefinition[]
  readonly tell: Tell
}

interface Tell {
  done(text: string): void
  failed(what: string, error: unknown): void
}

const Context = createContext<NoticesValue | undefined>(undefined)
const SHOWN_MAX = 5
let made = 0

export function NoticesProvider({ children }: { readonly children: ReactNode }) {
  const [items, setItems] = useState<readonly FlashbarProps.MessageDefinition[]>([])
  const add = useCallback(
    (item: Pick<FlashbarProps.MessageDefinition, 'type' | 'header'>, text = '') => {
      made += 1
      const id = String(made)
      const dismiss = () => setItems((all) => all.filter((each) => each.id !== id))
      const dismissal = { dismissible: true, dismissLabel: 'Dismiss', onDismiss: dismiss }
      const shown = { ...item, id, content: text, ...dismissal }
      setItems((all) => [shown, ...all].slice(0, SHOWN_MAX))
    },
    [],
  )
  const tell = useMemo<Tell>(
    () => ({
      done: (text) => add({ type: 'success', header: text }),
      failed(what, error) {
        const { type, message } = asCallError(error)
        add({ type: 'error', header: what }, `${message} (${type})`)
      },
    }),
    [add],
  )
  const value = useMemo(() => ({ items, tell }), [items, tell])
  return <Context value={value}>{children}</Context>
}

function useNotices(): NoticesValue {
  const value = useContext(Context)
  if (value === undefined) throw new Error('there are no notices')
  return value
}

/** Says how a change ended. */
export function useTell(): Tell {
  return useNotices().tell
}

export function Notices() {
  const { items } = useNotices()
  return <Flashbar items={items} />
}
