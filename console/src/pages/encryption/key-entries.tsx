// A list of what a key has in a Region, with a button that adds to it and one for each entry that
// takes it away.
import Box from '@cloudscape-design/components/box'
import Button from '@cloudscape-design/components/button'
import Header from '@cloudscape-design/components/header'
import SpaceBetween from '@cloudscape-design/components/space-between'
import Table from '@cloudscape-design/components/table'
import { type ReactNode, useState } from 'react'
import { LoadFailure } from '../../parts/status.js'
import { useListOfKey } from './keys.js'

export interface KeyProps {
  readonly region: string
  readonly keyId: string
}

/** What the dialogs of a list take. */
export interface DialogProps extends KeyProps {
  readonly onClose: () => void
  readonly onDone: () => unknown
}

interface Column<Entry> {
  readonly id: string
  readonly header: string
  readonly cell: (entry: Entry) => ReactNode
}

export function KeyEntries<Entry>({
  region,
  keyId,
  list: { operation, member },
  what,
  columns,
  idOf,
  add,
  remove,
}: KeyProps & {
  readonly list: { readonly operation: string; readonly member: string }
  /** "aliases" and "alias". */
  readonly what: { readonly many: string; readonly one: string }
  /** The first names the entry. */
  readonly columns: readonly Column<Entry>[]
  readonly idOf: (entry: Entry) => string
  readonly add: { readonly text: string; readonly dialog: (props: DialogProps) => ReactNode }
  readonly remove: {
    readonly text: string
    readonly dialog: (props: DialogProps, entry: Entry) => ReactNode
  }
}) {
  const loaded = useListOfKey<Entry>(region, keyId, operation, member)
  const [open, setOpen] = useState<{ readonly removed?: Entry }>()
  const props = { region, keyId, onClose: () => setOpen(undefined), onDone: loaded.reload }
  const title = `${what.many.charAt(0).toUpperCase()}${what.many.slice(1)}`
  return (
    <SpaceBetween size="l">
      <LoadFailure what={title} of={loaded} />
      <Table
        items={loaded.data ?? []}
        trackBy={idOf}
        loading={loaded.isLoading && loaded.data === undefined}
        loadingText={`Loading ${what.many}`}
        empty={
          loaded.data && (
            <Box textAlign="center">
              The key has no {what.one} in {region}.
            </Box>
          )
        }
        columnDefinitions={[
          ...columns.map((column, at) => ({ ...column, isRowHeader: at === 0 })),
          {
            id: 'remove',
            header: 'Change',
            cell: (entry: Entry) => (
              <Button
                variant="inline-link"
                ariaLabel={`${remove.text} ${idOf(entry)}`}
                onClick={() => setOpen({ removed: entry })}
              >
                {remove.text}
              </Button>
            ),
          },
        ]}
        header={
          <Header actions={<Button onClick={() => setOpen({})}>{add.text}</Button>}>
            {title} in {region}
          </Header>
        }
      />
      {open !== undefined &&
        (open.removed === undefined ? add.dialog(props) : remove.dialog(props, open.removed))}
    </SpaceBetween>
  )
}
