// A value with a button that copies it: IDs, ARNs and URLs.
import CopyToClipboard from '@cloudscape-design/components/copy-to-clipboard'

export function Copied({ value, what }: { readonly value: string; readonly what: string }) {
  return (
    <CopyToClipboard
      variant="inline"
      copyButtonAriaLabel={`Copy ${what}`}
      copySuccessText="Copied"
      copyErrorText="It could not be copied"
      textToCopy={value}
    />
  )
}
