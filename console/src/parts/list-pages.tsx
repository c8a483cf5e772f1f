// Pages of a list whose next page only its token opens. The token is in the address, so that a
// reload keeps the page and the browser's "back" is the way to the page before.
import Button from '@cloudscape-design/components/button'
import SpaceBetween from '@cloudscape-design/components/space-between'
import { goTo, hrefOf, useAddress } from '../route.js'

const PARAMETER = 'after'

/** The token of the page that the address names; undefined for the first. */
export function usePageToken(): string | undefined {
  return useAddress().query.get(PARAMETER) ?? undefined
}

/** The address with other parameters; those that are undefined leave it. */
export function useQueryChange(): (changes: Readonly<Record<string, string | undefined>>) => void {
  const { parts, query } = useAddress()
  return (changes) => {
    const changed = new URLSearchParams(query)
    for (const [name, value] of Object.entries(changes)) {
      if (value === undefined) changed.delete(name)
      else changed.set(name, value)
    }
    const text = changed.toString()
    goTo(text === '' ? hrefOf(...parts) : `${hrefOf(...parts)}?${text}`)
  }
}

export function ListPages({ next }: { readonly next: string | undefined | null }) {
  const token = usePageToken()
  const change = useQueryChange()
  if (token === undefined && (next ?? undefined) === undefined) return null
  return (
    <SpaceBetween direction="horizontal" size="xs">
      <Button
        iconName="angle-left-double"
        disabled={token === undefined}
        onClick={() => change({ [PARAMETER]: undefined })}
      >
        First page
      </Button>
      <Button
        iconName="angle-right"
        iconAlign="right"
        disabled={(next ?? undefined) === undefined}
        onClick={() => change({ [PARAMETER]: next ?? undefined })}
      >
        Next page
      </Button>
    </SpaceBetween>
  )
}
