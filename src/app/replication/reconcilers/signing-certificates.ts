// Certificates for signing SAML requests: each pool's is followed by another after a year, and a
// pool with a replica has one (those of earlier versions of the service may lack it), since a
// secondary cannot make one.
import {
  RENEWED_AFTER_MS,
  type SigningCertificateRing,
} from '#app/federation/signing-certificates.js'
import type { Clock } from '#base/clock.js'
import type { SigningCertificates } from '#ports/signing-certificates.js'
import { forPools, type PoolWork } from './for-pools.js'
import type { Reconciler } from './reconciler.js'

export function signingCertificatesReconciler(
  options: PoolWork & {
    readonly signingCertificateRows: Pick<SigningCertificates, 'poolsInNeed'>
    readonly signingCertificates: Pick<SigningCertificateRing, 'renew'>
    readonly clock: Clock
  },
): Reconciler {
  const { signingCertificateRows, signingCertificates, clock, log } = options
  return forPools('signing-certificates', options, {
    page: (page) =>
      signingCertificateRows.poolsInNeed({
        ...page,
        beforeMs: clock.nowMs() - RENEWED_AFTER_MS,
      }),
    async work(pool) {
      await signingCertificates.renew(pool)
      log.info('signing certificate made', { pool: pool.id })
    },
  })
}
