// Attributes that a user or an administrator writes or removes, and the proof of an address that
// was added or changed.

import type { BoundFlows } from '#app/unit-of-work.js'
import type { Clock } from '#base/clock.js'
import type { Contact } from '#domain/message/contact.js'
import { refused } from '#domain/refusal.js'
import {
  ADDRESSES,
  addressToProve,
  heldAddresses,
  isAddress,
  isChanged,
  takenAlias,
  withoutAttributes,
  withProven,
  withWrites,
} from '#domain/user/attribute-changes.js'
import { attributeRefusal, removalRefusal } from '#domain/user/attributes.js'
import { isVerified, type User } from '#domain/user/user.js'
import type { PrimaryPool } from '#ports/capability.js'
import { codeRefusal } from './confirm.js'
import { type MessageFirst, type SentOutcome, sendThenWrite } from './send-first.js'
import { type AccountContext, type AccountOutcome, type AccountServices, done } from './services.js'
import type { ChangeOutcome } from './user-records.js'

type Deps = Pick<AccountServices, 'poolWork' | 'clock'>

/** Values to write and who writes them. */
export interface AttributeWrites {
  readonly writes: Readonly<Record<string, string>>
  /** The client's WriteAttributes; undefined: whatever the schema lets be written. */
  readonly writable: readonly string[] | undefined
  readonly isAdmin: boolean
}

/**
 * UpdateUserAttributes and AdminUpdateUserAttributes. Codes go to addresses that the user changed
 * and the pool verifies; what an administrator writes needs one only where it waits for it.
 */
export async function updateAttributes(
  deps: Deps & Pick<AccountServices, 'codes' | 'deliveries' | 'triggers'>,
  context: AccountContext,
  user: User,
  request: AttributeWrites,
): Promise<SentOutcome> {
  const { pool } = context
  const { writes, isAdmin } = request
  const schema = pool.settings.schemaAttributes
  const { attributes: current } = user
  const refusal = attributeRefusal({ ...request, schema, isCreation: false, current })
  if (refusal !== undefined) return refusal
  const held = heldAddresses(pool.settings, user, writes)
  const changed = { ...user, ...withWrites(user, writes, held) }
  const messages = ADDRESSES.filter((name) =>
    isAdmin
      ? held.includes(name)
      : pool.settings.autoVerifiedAttributes.includes(name) && isChanged(user, writes, name),
  ).flatMap((name) => proofOf(changed, name, { isCounted: !isAdmin }))
  const write = (bound: BoundFlows) => update(bound, deps.clock, pool, { user, writes, held })
  return sendThenWrite(deps, context, { user: changed, messages, write })
}

/** The code that is to prove an address. */
function proofOf(
  user: User,
  name: Contact['attributeName'],
  { isCounted }: { readonly isCounted: boolean },
): readonly MessageFirst[] {
  const contact = addressToProve(user, name)
  if (contact === undefined) return []
  const carries = { kind: 'code', purpose: `verify:${name}` } as const
  return [{ reason: 'UpdateUserAttribute', contact, carries, isCounted }]
}

/** DeleteUserAttributes and AdminDeleteUserAttributes. */
export async function removeAttributes(
  { poolWork, clock }: Deps,
  pool: PrimaryPool,
  { sub }: { readonly sub: string },
  { names, writable }: { names: readonly string[]; writable: readonly string[] | undefined },
): Promise<ChangeOutcome> {
  const refusal = removalRefusal(pool.settings.schemaAttributes, names, writable)
  if (refusal !== undefined) return refusal
  return poolWork.run(pool, ({ users }) =>
    users.change(pool, sub, {
      nowMs: clock.nowMs(),
      decide: (now) => withoutAttributes(now, names),
    }),
  )
}

/** VerifyUserAttribute: the address becomes verified, and one that waited the current one. */
export async function verifyAttribute(
  { poolWork, clock }: Deps,
  context: AccountContext,
  user: User,
  request: { readonly attributeName: string; readonly code: string },
): Promise<AccountOutcome> {
  const { pool } = context
  const { sourceIp } = context.request
  const { attributeName, code } = request
  if (!isAddress(attributeName)) return refused('attribute-not-verifiable')
  const proven = addressToProve(user, attributeName)
  if (proven === undefined) return refused('code-expired')
  const purpose = `verify:${attributeName}` as const
  const attempt = { sub: user.sub, purpose, code, address: proven.value, sourceIp }
  return poolWork.run(pool, async ({ users, codes }) => {
    const checked = await codes.check(pool, attempt)
    if (checked !== 'match') return codeRefusal(checked)
    const changed = await users.change(pool, user.sub, {
      nowMs: clock.nowMs(),
      decide: (now) => withProven(now, proven),
    })
    if (changed.kind === 'refused') return changed
    await codes.take(pool, attempt)
    // The address was changed again meanwhile, and the code proves nothing any more.
    const { attributes } = changed.user
    const isProven =
      attributes[proven.attributeName] === proven.value &&
      isVerified(attributes, proven.attributeName)
    return isProven ? done(changed.user) : refused('code-expired')
  })
}

async function update(
  { users }: BoundFlows,
  clock: Clock,
  pool: PrimaryPool,
  change: {
    readonly user: User
    readonly writes: AttributeWrites['writes']
    readonly held: readonly Contact['attributeName'][]
  },
): Promise<AccountOutcome> {
  const { user, writes, held } = change
  for (const name of held) {
    // An address in place of a user name is refused at once when it is another user's.
    if (!pool.settings.usernameAttributes.includes(name)) continue
    const holder = await users.find(pool, writes[name] ?? '')
    if (holder !== undefined && holder.sub !== user.sub) return refused('alias-exists', name)
  }
  const changed = await users.change(pool, user.sub, {
    nowMs: clock.nowMs(),
    decide: (now) => withWrites(now, writes, heldAddresses(pool.settings, now, writes)),
  })
  if (changed.kind === 'changed') return done(changed.user)
  if (changed.reason !== 'alias-exists') return changed
  return refused('alias-exists', takenAlias(writes))
}
