// What a one-time link opens: it signs in when a person says so, since a program that looks where
// links lead must not use it up.
import Alert from '@cloudscape-design/components/alert'
import Button from '@cloudscape-design/components/button'
import Container from '@cloudscape-design/components/container'
import Header from '@cloudscape-design/components/header'
import SpaceBetween from '@cloudscape-design/components/space-between'
import { useState } from 'react'
import { type Session, signIn } from '../api/client.js'
import { asCallError } from '../api/use-calls.js'
import { goTo, hrefOf } from '../route.js'

export function LinkPage({
  token,
  onSignedIn,
}: {
  readonly token: string
  readonly onSignedIn: (session: Session) => void
}) {
  const [state, setState] = useState<{ isRunning: boolean; error?: string }>({ isRunning: false })

  async function use() {
    setState({ isRunning: true })
    try {
      const session = await signIn({ link: token })
      // The token leaves the address bar and the history with it.
      window.history.replaceState(null, '', hrefOf('regions'))
      goTo(hrefOf('regions'))
      onSignedIn(session)
      window.dispatchEvent(new HashChangeEvent('hashchange'))
    } catch (error) {
      setState({ isRunning: false, error: asCallError(error).message })
    }
  }

  return (
    <Container header={<Header variant="h1">Sign in to the console</Header>}>
      <SpaceBetween size="l">
        {state.error !== undefined && (
          <Alert type="error" header="The link does not sign in">
            {state.error} Run twinpool console for another one.
          </Alert>
        )}
        <p>This link signs you in once, with the access key that it was made with.</p>
        <SpaceBetween direction="horizontal" size="xs">
          <Button variant="primary" loading={state.isRunning} onClick={use}>
            Sign in
          </Button>
          <Button variant="link" href={hrefOf('regions')}>
            Use an access key
          </Button>
        </SpaceBetween>
      </SpaceBetween>
    </Container>
  )
}
