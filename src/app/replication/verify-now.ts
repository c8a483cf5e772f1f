// The comparison on demand, for `twinpool replicas verify`: each call does a piece of bounded work
// and says where the next one goes on, so it may be made to any node and repeated.
import type { Logger } from '#base/log.js'
import type { SharedSubject, Verification, Verifications } from '#ports/verifications.js'
import {
  type ComparisonCursor,
  type ComparisonReport,
  type ComparisonServices,
  compareSlice,
  planComparison,
} from './comparison.js'
import { greet } from './link-calls.js'

export interface VerifyNowServices extends ComparisonServices {
  readonly verifications: Verifications
  readonly log: Logger
}

/** A subject with what is known of it. */
export interface ListedSubject extends SharedSubject {
  readonly known: Verification | undefined
}

export class VerifyNow {
  readonly #services: VerifyNowServices

  constructor(services: VerifyNowServices) {
    this.#services = services
  }

  /** What this Region owns and others have copies of. */
  async list(): Promise<readonly ListedSubject[]> {
    const { replication, verifications } = this.#services
    const regions = (await replication.peers()).map(({ region }) => region)
    const known = await verifications.list()
    return (await verifications.shared(regions)).map((subject) => ({
      ...subject,
      known: known.find((one) => one.poolId === subject.poolId && one.region === subject.region),
    }))
  }

  /** Compares the next slice of a subject; 'incomplete' while the copy is being made anew. */
  async next(work: {
    readonly subject: SharedSubject
    readonly cursor: ComparisonCursor | undefined
    readonly repairs: boolean
    readonly signal: AbortSignal
  }): Promise<(ComparisonReport & { next: ComparisonCursor | undefined }) | 'incomplete'> {
    const { subject, cursor, repairs, signal } = work
    if (!(await hasWholeCopy(this.#services, subject.region))) return 'incomplete'
    const plan = await planComparison(this.#services, subject)
    const slice = await compareSlice(this.#services, plan, { cursor, repairs, signal })
    if (repairs && slice.differing > 0) reportRepair(this.#services.log, subject, slice)
    return slice
  }
}

/** Whether the Region's copy of our rows is one that we have found complete. */
export async function hasWholeCopy(
  { replication, link }: Pick<ComparisonServices, 'replication' | 'link'>,
  region: string,
): Promise<boolean> {
  const peer = await greet({ replication, link }, region)
  if (peer === undefined || peer.needsReseed || peer.seededCopyId === undefined) return false
  return peer.copyIdThere === peer.seededCopyId
}

/** Logs that rows were wrong, once for each comparison. */
export function reportRepair(
  log: Logger,
  { poolId, region }: SharedSubject,
  { tables, differing, resent, removed, left }: ComparisonReport,
): void {
  const fields = { peer: region, poolId, tables, rows: differing, resent, removed, left }
  log.error('rows of ours were wrong in another Region and were mended', fields)
}
