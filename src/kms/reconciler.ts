// What the KMS does by itself, again and again: it deletes the keys whose time has come and settles
// with the other Regions how the replicas are. Each round is idempotent and may run on every node.
import { reconcileReplicas } from './replicas.js'
import type { KmsServices } from './services.js'

/** Deletes keys whose waiting time is over, with their material. Returns their number. */
export async function deleteDueKeys(services: KmsServices, nowMs: number): Promise<number> {
  let count = 0
  for (const keyId of await services.keys.listDue(nowMs)) {
    if ((await services.keys.removeDue(keyId, nowMs)) !== 'removed') continue
    services.log.info('kms key deleted', { keyId })
    count += 1
  }
  return count
}

/** One round. */
export async function reconcileKms(services: KmsServices): Promise<void> {
  await deleteDueKeys(services, services.clock.nowMs())
  await reconcileReplicas(services)
}

/** Rounds until `signal` aborts. A round that fails is logged, and the next one tries again. */
export async function runKmsReconciler(
  services: KmsServices,
  options: { readonly intervalMs: number; readonly signal: AbortSignal },
): Promise<void> {
  do {
    try {
      await reconcileKms(services)
    } catch (error) {
      services.log.error('kms reconciler failed', { error })
    }
  } while (await services.clock.wait(options.intervalMs, options.signal))
}
