// KMS keys of the account, and how the keys of user pools are. Where keys are managed in AWS KMS,
// only the latter is ours to show.
import Alert from '@cloudscape-design/components/alert'
import Header from '@cloudscape-design/components/header'
import SpaceBetween from '@cloudscape-design/components/space-between'
import { usePools } from '../../api/pools.js'
import { useSession } from '../../api/session.js'
import { KeyHealth } from './key-health.js'
import { KeyList } from './key-list.js'
import { KeyPage } from './key-page.js'

export function EncryptionPage({ keyId }: { readonly keyId?: string | undefined }) {
  const { session } = useSession()
  const { data } = usePools()
  const pools = data?.pools ?? []
  const untold = data?.untold ?? session.regions.map(({ name }) => name)
  if (session.keysDriver === 'aws-kms') {
    return (
      <SpaceBetween size="l">
        <Header variant="h1">Encryption</Header>
        <Alert type="info" header="Keys are managed in AWS KMS">
          Make, change and delete them there. Below is how the keys of user pools are, as each
          Region finds them.
        </Alert>
        <KeyHealth pools={pools} />
      </SpaceBetween>
    )
  }
  if (keyId !== undefined) return <KeyPage key={keyId} {...{ keyId, pools, untold }} />
  return (
    <SpaceBetween size="l">
      <KeyList pools={pools} />
      <KeyHealth pools={pools} />
    </SpaceBetween>
  )
}
