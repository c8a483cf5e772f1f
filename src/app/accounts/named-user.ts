// Whom a call of an app client names. Every such call brings the client's proof for the name
// (SECRET_HASH), and what it learns of a name without a user depends on the client's setting
// (PreventUserExistenceErrors): it is told, or the flow goes on with a decoy to the same end.

import { secretHashRefusal } from '#app/clients/secrets.js'
import { hidesUsers } from '#domain/credential/decoy.js'
import { type Refused, refused } from '#domain/refusal.js'
import type { RequestContext } from '#domain/request-context.js'
import { NO_FACTORS, type UserFactors } from '#domain/user/factors.js'
import type { User } from '#domain/user/user.js'
import type { Pool } from '#ports/capability.js'
import type { Client, ClientSecret } from '#ports/directory.js'
import type { Triggers } from '#ports/triggers.js'
import { decoySubOf } from './names.js'
import type { AccountServices } from './services.js'

/** The app client on whose behalf a flow runs. */
export interface ClientContext<P extends Pool = Pool> {
  readonly pool: P
  readonly client: Client
  /** Those that the call must prove with SECRET_HASH. */
  readonly secrets: readonly ClientSecret[]
  readonly request: RequestContext
}

/** A user name as it was typed in, with the client's proof for it. */
export interface TypedName {
  readonly username: string
  readonly secretHash: string | undefined
}

/** Asks the customer's code for a user whom the pool does not have. */
export type Migrate = () => ReturnType<Triggers['userMigration']>

/** Whom a call names; `sub` is a decoy's where there is no user. */
export interface NamedUser {
  readonly kind: 'named'
  readonly user: User | undefined
  readonly factors: UserFactors
  readonly sub: string
}

/**
 * The user of a name; a decoy for clients that must not learn that there is none. `migrate` is
 * asked first for a user whom only the customer's code knows.
 */
export async function findNamedUser(
  deps: Pick<AccountServices, 'poolKeys' | 'users'>,
  context: ClientContext,
  name: TypedName,
  migrate?: Migrate,
): Promise<NamedUser | Refused> {
  const refusal = await proofRefusal(deps, context, name)
  if (refusal !== undefined) return refusal
  const { pool, client } = context
  let found = await deps.users.findWithFactors(pool, name.username)
  if (found === undefined && (await migrate?.()) === 'migrated') {
    found = await deps.users.findWithFactors(pool, name.username)
  }
  if (found !== undefined) {
    context.request.noteUser?.(found.user.sub)
    return { kind: 'named', ...found, sub: found.user.sub }
  }
  if (!hidesUsers(client.settings)) return refused('username-unknown')
  const sub = decoySubOf(pool, await deps.poolKeys.cipher(pool), name.username)
  return { kind: 'named', user: undefined, factors: NO_FACTORS, sub }
}

/** What is wrong with the client's proof for the name; undefined when nothing is. */
export async function proofRefusal(
  { poolKeys }: Pick<AccountServices, 'poolKeys'>,
  context: ClientContext,
  { username, secretHash }: TypedName,
): Promise<Refused | undefined> {
  const cipher = await poolKeys.cipher(context.pool)
  return secretHashRefusal(cipher, context, { usernames: [username], secretHash })
}
