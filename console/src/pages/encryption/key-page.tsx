// One key: its state in each Region, and in a chosen Region its aliases, tags and policy.
import Alert from '@cloudscape-design/components/alert'
import Header from '@cloudscape-design/components/header'
import Link from '@cloudscape-design/components/link'
import SegmentedControl from '@cloudscape-design/components/segmented-control'
import SpaceBetween from '@cloudscape-design/components/space-between'
import { keyArn } from '#domain/arn.js'
import { kms } from '../../api/kms.js'
import type { PoolView } from '../../api/pools.js'
import { useSession } from '../../api/session.js'
import { silentIn, useEachRegion } from '../../api/use-calls.js'
import { Refusals } from '../../parts/refusals.js'
import { SilentRegions } from '../../parts/silent-regions.js'
import { LoadFailure } from '../../parts/status.js'
import { goTo, hrefOf, useAddress } from '../../route.js'
import { KeyAliases } from './key-aliases.js'
import { KeyHealth } from './key-health.js'
import { KeyPolicy } from './key-policy.js'
import { KeyRegions } from './key-regions.js'
import { KeyTags } from './key-tags.js'
import { type KeyMetadata, poolsOfKey } from './keys.js'

const EVERY_MS = 5000

export function KeyPage({
  keyId,
  pools,
}: {
  readonly keyId: string
  readonly pools: readonly PoolView[]
}) {
  const loaded = useEachRegion<{ KeyMetadata: KeyMetadata }>(kms('DescribeKey', { KeyId: keyId }), {
    everyMs: EVERY_MS,
  })
  const answers = loaded.data ?? []
  const found = answers.flatMap(({ region, output }) =>
    output === undefined ? [] : [{ region, key: output.KeyMetadata }],
  )
  const refused = answers.filter(({ error }) => error?.type !== 'NotFoundException')
  const silent = silentIn(answers)
  // Who may not describe a key may be the one who has to put its policy right.
  const holding = answers.flatMap(({ region, output, error }) =>
    output !== undefined || error?.type === 'AccessDeniedException' ? [region] : [],
  )
  const users = poolsOfKey(keyId, pools)
  const isNowhere = answers.length > 0 && found.length === 0 && refused.length === 0
  return (
    <SpaceBetween size="l">
      <Header variant="h1" description={<Link href={hrefOf('encryption')}>All keys</Link>}>
        <span className="wrap">{keyId}</span>
      </Header>
      <LoadFailure what="The key" of={loaded} />
      <SilentRegions names={silent} what="the key's state there" />
      <Refusals what="The key" answers={refused} />
      {isNowhere && <Alert type="warning">No Region has the key {keyId}.</Alert>}
      {found.length > 0 && (
        <KeyRegions found={found} users={users} silent={silent} onChanged={loaded.reload} />
      )}
      <InRegion keyId={keyId} regions={holding} users={users} onChanged={loaded.reload} />
      <KeyHealth pools={users} isOfKey />
    </SpaceBetween>
  )
}

/** What a key has in each Region on its own; the chosen Region is in the address. */
function InRegion({
  keyId,
  regions,
  users,
  onChanged,
}: {
  readonly keyId: string
  readonly regions: readonly string[]
  readonly users: readonly PoolView[]
  readonly onChanged: () => unknown
}) {
  const { session } = useSession()
  const { query } = useAddress()
  const asked = query.get('region')
  const region = regions.find((name) => name === asked) ?? regions[0]
  if (region === undefined) return null
  const arn = keyArn({ region, accountId: session.accountId }, keyId)
  const select = (id: string) => goTo(`${hrefOf('encryption', keyId)}?region=${id}`)
  return (
    <SpaceBetween size="l">
      <SegmentedControl
        label="Region whose policy, aliases and tags are shown"
        selectedId={region}
        options={regions.map((id) => ({ id, text: id }))}
        onChange={({ detail }) => select(detail.selectedId)}
      />
      <KeyPolicy
        key={`${region} policy`}
        region={region}
        keyArn={arn}
        users={users}
        onChanged={onChanged}
      />
      <KeyAliases region={region} keyId={keyId} />
      <KeyTags region={region} keyId={keyId} />
    </SpaceBetween>
  )
}
