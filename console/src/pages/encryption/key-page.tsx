// One key: its state in each Region, and in a chosen Region its aliases, tags and policy.
import Alert from '@cloudscape-design/components/alert'
import Header from '@cloudscape-design/components/header'
import Link from '@cloudscape-design/components/link'
import SegmentedControl from '@cloudscape-design/components/segmented-control'
import SpaceBetween from '@cloudscape-design/components/space-between'
import { useEffect, useRef, useState } from 'react'
import { keyArn } from '#domain/arn.js'
import { kms } from '../../api/kms.js'
import type { PoolView } from '../../api/pools.js'
import { useSession } from '../../api/session.js'
import { type RegionAnswer, silentIn, useEachRegion } from '../../api/use-calls.js'
import { Refusals } from '../../parts/refusals.js'
import { SilentRegions } from '../../parts/silent-regions.js'
import { LoadFailure } from '../../parts/status.js'
import { goTo, hrefOf, useAddress } from '../../route.js'
import { KeyAliases } from './key-aliases.js'
import { KeyHealth } from './key-health.js'
import { KeyPolicy, type PolicyDraft } from './key-policy.js'
import { type KeyInRegion, KeyRegions, type KeyUse } from './key-regions.js'
import { KeyTags } from './key-tags.js'
import { type KeyMetadata, poolsOfKey } from './keys.js'

const EVERY_MS = 5000

interface Described {
  readonly KeyMetadata: KeyMetadata
}

export function KeyPage({
  keyId,
  pools,
  untold,
}: {
  /** Or an alias or an ARN of it, which lead on to the ID. */
  readonly keyId: string
  readonly pools: readonly PoolView[]
  /** Regions that did not say which pools there are. */
  readonly untold: readonly string[]
}) {
  const loaded = useEachRegion<Described>(kms('DescribeKey', { KeyId: keyId }), {
    everyMs: EVERY_MS,
  })
  const answers = loaded.data ?? []
  const found = useLastKnown(answers)
  useItsId(keyId, found[0]?.key.KeyId)
  const refused = answers.filter(({ error }) => error?.type !== 'NotFoundException')
  const silent = silentIn(answers)
  const unsure = answers.flatMap(({ region, error }) =>
    error !== undefined && error.type !== 'NotFoundException' ? [region] : [],
  )
  // Who may not describe a key may be the one who has to put its policy right.
  const holding = answers.flatMap(({ region, error }) =>
    found.some((one) => one.region === region) || error?.type === 'AccessDeniedException'
      ? [region]
      : [],
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
        <KeyRegions
          {...{ found, users, untold }}
          silent={unsure.filter((region) => found.every((one) => one.region !== region))}
          onChanged={loaded.reload}
        />
      )}
      <InRegion {...{ keyId, users, untold }} regions={holding} onChanged={loaded.reload} />
      <KeyHealth pools={users} isOfKey />
    </SpaceBetween>
  )
}

/** The key in each Region that has it, or that had it before it fell silent. */
function useLastKnown(answers: readonly RegionAnswer<Described>[]): readonly KeyInRegion[] {
  const last = useRef(new Map<string, KeyMetadata>())
  for (const { region, output, error } of answers) {
    if (output !== undefined) last.current.set(region, output.KeyMetadata)
    else if (!error?.isUnreachable) last.current.delete(region)
  }
  return answers.flatMap(({ region }) => {
    const key = last.current.get(region)
    return key === undefined ? [] : [{ region, key }]
  })
}

/** Pools name keys by their IDs, and so does this page. */
function useItsId(asked: string, keyId: string | undefined): void {
  const { query } = useAddress()
  useEffect(() => {
    if (keyId === undefined || keyId === asked) return
    const text = query.toString()
    goTo(`${hrefOf('encryption', keyId)}${text === '' ? '' : `?${text}`}`)
  }, [asked, keyId, query])
}

/** What a key has in each Region on its own; the chosen Region is in the address. */
function InRegion({
  keyId,
  regions,
  users,
  untold,
  onChanged,
}: KeyUse & {
  readonly keyId: string
  readonly regions: readonly string[]
  readonly onChanged: () => unknown
}) {
  const { session } = useSession()
  const { query } = useAddress()
  const asked = query.get('region')
  // What is being changed stays that of its Region, whatever the other ones say meanwhile.
  const shown = useRef<string>(undefined)
  const region = [asked, shown.current].find((name) => name && regions.includes(name)) ?? regions[0]
  shown.current = region
  const [drafts, setDrafts] = useState<Readonly<Record<string, PolicyDraft | undefined>>>({})
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
        isUsersKnown={!untold.includes(region)}
        draft={drafts[region]}
        onDraft={(draft) => setDrafts((before) => ({ ...before, [region]: draft }))}
        onChanged={onChanged}
      />
      <KeyAliases key={`${region} aliases`} region={region} keyId={keyId} />
      <KeyTags key={`${region} tags`} region={region} keyId={keyId} />
    </SpaceBetween>
  )
}
