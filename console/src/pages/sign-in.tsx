// The sign-in of the console: an access key, which is posted once and not kept, or a link that
// `twinpool console` makes.
import Alert from '@cloudscape-design/components/alert'
import Box from '@cloudscape-design/components/box'
import Button from '@cloudscape-design/components/button'
import Container from '@cloudscape-design/components/container'
import FormField from '@cloudscape-design/components/form-field'
import Header from '@cloudscape-design/components/header'
import Input from '@cloudscape-design/components/input'
import SpaceBetween from '@cloudscape-design/components/space-between'
import { type FormEvent, useState } from 'react'
import { type Session, signIn } from '../api/client.js'
import { asCallError } from '../api/use-calls.js'

export function SignInPage({
  hasEnded = false,
  onSignedIn,
}: {
  /** Whether there was a session, which is over. */
  readonly hasEnded?: boolean
  readonly onSignedIn: (session: Session) => void
}) {
  const [accessKeyId, setAccessKeyId] = useState('')
  const [secretAccessKey, setSecret] = useState('')
  const [state, setState] = useState<{ isRunning: boolean; error?: string }>({ isRunning: false })

  async function submit(event: FormEvent) {
    event.preventDefault()
    setState({ isRunning: true })
    try {
      onSignedIn(await signIn({ accessKeyId: accessKeyId.trim(), secretAccessKey }))
    } catch (error) {
      setSecret('')
      setState({ isRunning: false, error: asCallError(error).message })
    }
  }

  return (
    <form onSubmit={submit}>
      <Container header={<Header variant="h1">Sign in to the console</Header>}>
        <SpaceBetween size="l">
          {hasEnded && state.error === undefined && (
            <Alert type="info">The session has ended. Sign in to go on with this page.</Alert>
          )}
          {state.error !== undefined && <Alert type="error">{state.error}</Alert>}
          <FormField label="Access key ID">
            <Input
              name="accessKeyId"
              autoFocus
              autoComplete="username"
              spellcheck={false}
              value={accessKeyId}
              onChange={({ detail }) => setAccessKeyId(detail.value)}
            />
          </FormField>
          <FormField
            label="Secret access key"
            description="It is sent once, to this Region, and not kept in the browser."
          >
            <Input
              name="secretAccessKey"
              type="password"
              autoComplete="current-password"
              value={secretAccessKey}
              onChange={({ detail }) => setSecret(detail.value)}
            />
          </FormField>
          <Button
            variant="primary"
            formAction="submit"
            loading={state.isRunning}
            disabled={accessKeyId.trim() === '' || secretAccessKey === ''}
          >
            Sign in
          </Button>
          <Box variant="p" color="text-body-secondary">
            Or run <Box variant="code">twinpool console</Box>, which prints a link that signs you in
            once.
          </Box>
        </SpaceBetween>
      </Container>
    </form>
  )
}
