// What the life of a session takes: it is begun (issue), renewed (refresh), ended (revoke) and
// looked at (verify). The API, the admin API, the login pages and the token endpoint end here.
// Refresh tokens are sealed, not stored, so a secondary needs no write to renew a session that
// began elsewhere. What ends a session (sign-out, revocation, rotation use) is a runtime row that
// travels both ways.

import type { UserRecords } from '#app/accounts/user-records.js'
import type { PoolKeys } from '#app/crypto/pool-keys.js'
import type { Clock } from '#base/clock.js'
import type { Random } from '#base/random.js'
import type { IssuerUrls } from '#domain/token/issuer.js'
import type { Metrics } from '#ports/metrics.js'
import type { Revocations, RotationUses } from '#ports/runtime.js'
import type { Triggers } from '#ports/triggers.js'
import type { UsageNotes } from '#ports/usage.js'
import type { UserSessions } from '#ports/user-sessions.js'
import type { SigningKeyRing } from './signing-keys.js'

export interface SessionServices {
  readonly users: UserRecords
  readonly poolKeys: PoolKeys
  readonly signing: SigningKeyRing
  readonly revocations: Revocations
  readonly rotationUses: RotationUses
  readonly userSessions: UserSessions
  readonly triggers: Triggers
  readonly issuers: IssuerUrls
  readonly metrics: Metrics
  readonly usage: UsageNotes
  readonly clock: Clock
  readonly random: Random
}
