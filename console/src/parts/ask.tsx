// A change that asks for nothing but the decision, and the button that begins one. Where the pool's
// primary Region does not respond the button stays in view, off, and says why.
import Button, { type ButtonProps } from '@cloudscape-design/components/button'
import { type ReactNode, useState } from 'react'
import type { PoolView } from '../api/pools.js'
import { Change, type ChangeProps } from './change.js'
import { disabledBy } from './paused.js'

type Asked = Omit<ChangeProps, 'onClose'>

/** `ask` opens the dialog of a change; `dialog` is where it shows. */
export function useAsk(): {
  readonly ask: (asked: Asked) => void
  readonly dialog: ReactNode
} {
  const [asked, setAsked] = useState<Asked>()
  return {
    ask: setAsked,
    dialog: asked !== undefined && <Change {...asked} onClose={() => setAsked(undefined)} />,
  }
}

/** A button for a change of a pool's directory. `reason` says why it is off besides. */
export function ChangeButton({
  pool,
  reason,
  ...button
}: Pick<ButtonProps, 'variant' | 'children' | 'ariaLabel' | 'onClick'> & {
  readonly pool: Pick<PoolView, 'paused'>
  readonly reason?: string | undefined
}) {
  return <Button wrapText={false} {...button} {...disabledBy(pool.paused ?? reason)} />
}
