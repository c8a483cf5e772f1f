// A command to copy, as every change shows one.
import Box from '@cloudscape-design/components/box'
import CopyToClipboard from '@cloudscape-design/components/copy-to-clipboard'
import SpaceBetween from '@cloudscape-design/components/space-between'
import type { RegionalCall } from '../api/client.js'
import { useSession } from '../api/session.js'
import { awsCommand } from './command-text.js'

/** Commands that do the same as a form, one below the other. */
export function Commands({
  region,
  calls,
  also = [],
}: {
  readonly region: string
  readonly calls: readonly RegionalCall[]
  /** Commands of `twinpool`, for what the AWS CLI has no command for. */
  readonly also?: readonly string[]
}) {
  const { session } = useSession()
  const placeOf = (name: string) => {
    const endpoint = session.regions.find((one) => one.name === name)?.endpoint ?? ''
    return { region: name, endpoint }
  }
  const aws = calls.filter(({ service }) => service !== 'twinpool')
  return (
    <CommandText
      lines={[...aws.map((call) => awsCommand(call, placeOf(call.region ?? region))), ...also]}
    />
  )
}

export function CommandText({ lines }: { readonly lines: readonly string[] }) {
  if (lines.length === 0) return null
  return (
    <SpaceBetween size="xxs">
      <Box variant="awsui-key-label">The same as a command</Box>
      {lines.map((line) => (
        <div className="command" key={line}>
          <Box variant="code">{line}</Box>
          <CopyToClipboard
            variant="icon"
            copyButtonAriaLabel="Copy the command"
            copySuccessText="Copied"
            copyErrorText="It could not be copied"
            textToCopy={line}
          />
        </div>
      ))}
    </SpaceBetween>
  )
}
