// The policy of a key in a Region, with an editor. What is wrong with the text is said with its
// line before it is put; what the page cannot know, the KMS refuses.
import Alert from '@cloudscape-design/components/alert'
import Box from '@cloudscape-design/components/box'
import Button from '@cloudscape-design/components/button'
import Container from '@cloudscape-design/components/container'
import FormField from '@cloudscape-design/components/form-field'
import Header from '@cloudscape-design/components/header'
import SpaceBetween from '@cloudscape-design/components/space-between'
import Textarea from '@cloudscape-design/components/textarea'
import { useRef, useState } from 'react'
import { type KeyPolicyReview, reviewKeyPolicy } from '#domain/iam/key-policy-review.js'
import { mergedPolicy } from '#domain/iam/merged-policy.js'
import { regionOf } from '#domain/pool/id.js'
import type { Members } from '../../api/client.js'
import { kms } from '../../api/kms.js'
import type { PoolView } from '../../api/pools.js'
import { useSession } from '../../api/session.js'
import { useCall } from '../../api/use-calls.js'
import { Change } from '../../parts/change.js'
import { useTell } from '../../parts/notices.js'
import { LoadFailure } from '../../parts/status.js'
import { WithinLease } from './key-lease.js'

interface PolicyProps {
  readonly region: string
  readonly keyArn: string
  readonly users: readonly PoolView[]
  /** Whether the Region said which pools there are. */
  readonly isUsersKnown: boolean
}

/** A policy that is being written. */
export interface PolicyDraft {
  readonly text: string
  /** What the policy was when it was begun: somebody else may change it, too. */
  readonly base: string
}

export function KeyPolicy({
  draft,
  onDraft,
  onChanged,
  ...props
}: PolicyProps & {
  readonly draft: PolicyDraft | undefined
  readonly onDraft: (draft: PolicyDraft | undefined) => void
  readonly onChanged: () => unknown
}) {
  const { region, keyArn, users } = props
  const loaded = useCall<{ Policy: string }>(region, kms('GetKeyPolicy', { KeyId: keyArn }))
  const [isPutting, setPutting] = useState(false)
  const stored = loaded.data?.Policy ?? ''
  const edited = draft?.text
  const text = edited ?? stored
  const review = useReview(text, props)
  const edit = (next: string | undefined) =>
    onDraft(next === undefined ? undefined : { text: next, base: draft?.base ?? stored })
  return (
    <SpaceBetween size="l">
      <LoadFailure what="The policy" of={loaded} />
      {loaded.data !== undefined && (
        <Container
          header={
            <PolicyHeader
              region={region}
              whyNot={whyNotPut(edited, stored, review)}
              isEdited={edited !== undefined}
              onPut={() => void loaded.reload().then(() => setPutting(true))}
              onReset={() => edit(undefined)}
            />
          }
        >
          <Editor text={text} review={review} region={region} users={users} onText={edit} />
        </Container>
      )}
      {isPutting && (
        <PutPolicy
          region={region}
          keyArn={keyArn}
          text={text}
          review={review}
          isOvertaken={draft !== undefined && draft.base !== stored}
          isUsersKnown={props.isUsersKnown}
          onClose={() => setPutting(false)}
          onDone={async () => {
            await Promise.all([loaded.reload(), onChanged()])
            edit(undefined)
          }}
        />
      )}
    </SpaceBetween>
  )
}

function useReview(text: string, { region, keyArn, users }: PolicyProps): KeyPolicyReview {
  const { session } = useSession()
  const here = users.filter(({ RegionNames }) => RegionNames.includes(region))
  return reviewKeyPolicy(text, {
    accountId: session.accountId,
    callerArn: session.arn,
    region,
    keyArn,
    pools: here.map(({ Id }) => ({ poolId: Id, homeRegion: regionOf(Id) })),
  })
}

function whyNotPut(edited: string | undefined, stored: string, review: KeyPolicyReview) {
  if (edited === undefined || edited === stored) return 'Nothing was changed.'
  return review.faults.length > 0 ? 'The text is no policy yet.' : undefined
}

function PolicyHeader({
  region,
  whyNot,
  isEdited,
  onPut,
  onReset,
}: {
  readonly region: string
  readonly whyNot: string | undefined
  readonly isEdited: boolean
  readonly onPut: () => void
  readonly onReset: () => void
}) {
  return (
    <Header
      description="Each Region has a policy of its own."
      actions={
        <SpaceBetween direction="horizontal" size="xs">
          {isEdited && (
            <Button variant="link" onClick={onReset}>
              Discard
            </Button>
          )}
          <Button disabled={whyNot !== undefined} disabledReason={whyNot ?? ''} onClick={onPut}>
            Put policy
          </Button>
        </SpaceBetween>
      }
    >
      Policy in {region}
    </Header>
  )
}

const ROWS_MAX = 30

function Editor({
  text,
  review,
  region,
  users,
  onText,
}: {
  readonly text: string
  readonly review: KeyPolicyReview
  readonly region: string
  readonly users: readonly PoolView[]
  readonly onText: (text: string) => void
}) {
  const place = useRef<HTMLDivElement>(null)
  const hasFaults = review.faults.length > 0
  return (
    <SpaceBetween size="m">
      <div className="document" ref={place}>
        <FormField label="Policy document" stretch>
          <Textarea
            value={text}
            rows={Math.min(ROWS_MAX, text.split('\n').length + 1)}
            spellcheck={false}
            disableBrowserAutocorrect
            invalid={hasFaults}
            onChange={({ detail }) => onText(detail.value)}
          />
        </FormField>
      </div>
      {hasFaults && (
        <Faults review={review} onLine={(line) => selectLine(place.current, text, line)} />
      )}
      <Warnings region={region} review={review} />
      {review.faults.length === 0 && (
        <AddStatements text={text} region={region} users={users} onText={onText} />
      )}
    </SpaceBetween>
  )
}

function Faults({
  review: { faults },
  onLine,
}: {
  readonly review: KeyPolicyReview
  readonly onLine: (line: number) => void
}) {
  return (
    <Alert type="error" header="The text is no policy">
      {faults.map(({ line, message }) => (
        <div key={`${line} ${message}`}>
          <Button variant="inline-link" onClick={() => onLine(line)}>
            Line {line}
          </Button>
          : {message}
        </div>
      ))}
    </Alert>
  )
}

/** Selects a line in the text, so that it is seen and can be typed over. */
function selectLine(place: HTMLElement | null, text: string, line: number): void {
  const area = place?.querySelector('textarea')
  if (!area) return
  const before = text.split('\n').slice(0, line - 1)
  const start = before.reduce((sum, each) => sum + each.length + 1, 0)
  const end = text.indexOf('\n', start)
  area.focus()
  area.setSelectionRange(start, end < 0 ? text.length : end)
}

function Warnings({
  region,
  review: { locksOut, kept },
}: {
  readonly region: string
  readonly review: KeyPolicyReview
}) {
  return (
    <>
      {locksOut && (
        <Alert type="error" header="You could not change the policy again">
          It does not allow your access key kms:PutKeyPolicy. The KMS refuses such a policy.
        </Alert>
      )}
      {kept.length > 0 && (
        <Alert type="warning" header="User pools could not use the key">
          {kept.map(({ poolId, actions }) => (
            <Box key={poolId}>
              {poolId} lacks {actions.join(', ')}.
            </Box>
          ))}
          They stop signing in here <WithinLease region={region} />.
        </Alert>
      )}
    </>
  )
}

/** Puts the statements that pools need into the text; the policy is not put by it. */
function AddStatements({
  text,
  region,
  users,
  onText,
}: {
  readonly text: string
  readonly region: string
  readonly users: readonly PoolView[]
  readonly onText: (text: string) => void
}) {
  const { call } = useSession()
  const tell = useTell()
  const [isRunning, setRunning] = useState(false)
  async function add() {
    setRunning(true)
    try {
      let next = text
      for (const { Id, RegionNames } of users) {
        const { Statements } = await call<{ Statements: readonly Members[] }>(region, {
          service: 'twinpool',
          operation: 'GetKeyStatements',
          input: { UserPoolId: Id, RegionNames },
        })
        const merge = mergedPolicy(next, Statements)
        if (merge.kind === 'merged') next = JSON.stringify(merge.policy, undefined, 2)
      }
      onText(next)
    } catch (error) {
      tell.failed('The statements could not be loaded', error)
    } finally {
      setRunning(false)
    }
  }
  return (
    <Button
      loading={isRunning}
      disabled={users.length === 0}
      disabledReason="No user pool uses the key."
      onClick={() => void add()}
    >
      Add the statements of its user pools
    </Button>
  )
}

function PutPolicy({
  region,
  keyArn,
  text,
  review,
  isOvertaken,
  isUsersKnown,
  onClose,
  onDone,
}: Omit<PolicyProps, 'users'> & {
  readonly text: string
  readonly review: KeyPolicyReview
  /** Somebody else has put another policy since this one was begun. */
  readonly isOvertaken: boolean
  readonly onClose: () => void
  readonly onDone: () => unknown
}) {
  const input = { KeyId: keyArn, PolicyName: 'default', Policy: text }
  const isRisky = review.kept.length > 0 || review.locksOut || isOvertaken || !isUsersKnown
  return (
    <Change
      title={`Put the policy in ${region}`}
      action="Put policy"
      region={region}
      calls={[kms('PutKeyPolicy', input)]}
      typed={isRisky ? `policy ${region}` : undefined}
      done={`The policy was put in ${region}.`}
      onClose={onClose}
      onDone={onDone}
    >
      <Warnings region={region} review={review} />
      {isOvertaken && (
        <Alert type="warning" header="The policy was changed meanwhile">
          Somebody put another one since you began, and this takes its place. To start from theirs,
          cancel and discard your changes.
        </Alert>
      )}
      {!isUsersKnown && (
        <Alert type="warning" header="User pools are not known">
          {region} did not say which there are. Those that use the key stop signing in here if it
          does not allow what they need.
        </Alert>
      )}
      <p>It replaces the policy of the key in {region}. Other Regions keep theirs.</p>
    </Change>
  )
}
