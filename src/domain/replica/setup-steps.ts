// The way to a replica in another Region: the key, the issuer, the Region. How far a pool is
// follows from what the Regions say of it and from nothing that a page keeps, so it is the same for
// everybody who looks, and after a reload. A page asks: neither this file nor what it imports may
// need Node.js.
import { isMultiRegionKeyId, parseKeyArn } from '../arn.js'
import type { Tier } from '../pool/tier.js'
import type { ReplicaStatus } from './machine.js'

/** The steps, in their order. */
export type SetupStepId = 'key' | 'issuer' | 'region'

/** A step of the way. */
export interface SetupStep {
  readonly id: SetupStepId
  readonly state: 'done' | 'started' | 'open' | 'blocked'
  /** What was done, what is to be done, or what is in the way. */
  readonly text: string
}

/** What Regions say of a pool. */
export interface SetupFacts {
  readonly primaryRegion: string
  readonly isPrimaryUp: boolean
  readonly tier: Tier
  readonly issuerType: 'ORIGINAL' | 'UPDATED'
  readonly kmsKeyArn: string | undefined
  /** Regions that can have a replica now; undefined while nobody can say. */
  readonly eligibleRegions: readonly string[] | undefined
  readonly replica: { readonly region: string; readonly status: ReplicaStatus } | undefined
}

/** The steps in their order. */
export function setupSteps(facts: SetupFacts): readonly SetupStep[] {
  const key = keyStep(facts)
  return [key, issuerStep(facts), regionStep(facts, key.state === 'done')]
}

/** The step to go on with: the first that is not done; undefined when all are. */
export function nextStep(steps: readonly SetupStep[]): SetupStepId | undefined {
  return steps.find(({ state }) => state !== 'done')?.id
}

function keyStep(facts: SetupFacts): SetupStep {
  const id = 'key'
  const { kmsKeyArn, eligibleRegions, replica } = facts
  const isMultiRegion = isMultiRegionKeyId(parseKeyArn(kmsKeyArn ?? '')?.keyId ?? '')
  if (isMultiRegion && (replica !== undefined || (eligibleRegions?.length ?? 0) > 0)) {
    return { id, state: 'done', text: 'The pool has a multi-Region key that other Regions hold.' }
  }
  const paused = pausedOf(facts)
  if (paused !== undefined) return { id, state: 'blocked', text: paused }
  if (facts.tier === 'LITE') {
    const text = 'The plan is LITE. A customer managed key needs ESSENTIALS or PLUS.'
    return { id, state: 'blocked', text }
  }
  if (kmsKeyArn === undefined) {
    return { id, state: 'open', text: "The pool is encrypted under the service's own key." }
  }
  if (!isMultiRegion) {
    const text = "The pool's key is a single-Region key. A replica needs a multi-Region key."
    return { id, state: 'started', text }
  }
  const text = 'The pool has a multi-Region key, but no other Region holds it as yet.'
  return { id, state: 'started', text }
}

function issuerStep(facts: SetupFacts): SetupStep {
  const id = 'issuer'
  if (facts.issuerType === 'UPDATED') {
    return { id, state: 'done', text: 'Tokens name the issuer that all Regions serve.' }
  }
  const paused = pausedOf(facts)
  if (paused !== undefined) return { id, state: 'blocked', text: paused }
  const text = "Tokens name the primary Region's own endpoint. Recommended, not required."
  return { id, state: 'open', text }
}

function regionStep(facts: SetupFacts, hasKey: boolean): SetupStep {
  const id = 'region'
  const { replica, eligibleRegions } = facts
  if (replica !== undefined) return replicaStep(replica)
  const paused = pausedOf(facts)
  if (paused !== undefined) return { id, state: 'blocked', text: paused }
  if (facts.tier === 'LITE') {
    const text = 'The plan is LITE. A replica needs ESSENTIALS or PLUS.'
    return { id, state: 'blocked', text }
  }
  if (!hasKey) return { id, state: 'blocked', text: 'The key comes first.' }
  if (eligibleRegions?.length === 0) {
    return { id, state: 'blocked', text: 'No other Region can have a replica.' }
  }
  return { id, state: 'open', text: 'There is no replica yet.' }
}

function replicaStep({ region, status }: NonNullable<SetupFacts['replica']>): SetupStep {
  const id = 'region'
  switch (status) {
    case 'ACTIVE':
      return { id, state: 'done', text: `The replica in ${region} is active.` }
    case 'INACTIVE':
      return {
        id,
        state: 'started',
        text: `The replica in ${region} is inactive. Go through the checklist, then activate it.`,
      }
    case 'CREATING':
      return { id, state: 'started', text: `The replica in ${region} is being created.` }
    case 'DELETING':
      return { id, state: 'blocked', text: `The replica in ${region} is being deleted.` }
  }
}

function pausedOf({ isPrimaryUp, primaryRegion }: SetupFacts): string | undefined {
  return isPrimaryUp ? undefined : `The primary Region ${primaryRegion} does not respond.`
}
