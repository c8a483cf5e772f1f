// Comparing this Region's rows with their copies in other Regions, on demand. What another Region
// owns, that Region compares: `twinpool replicas verify` asks them all.

import { ApiError } from '#api/protocol/errors.js'
import type { ComparisonCursor } from '#app/replication/comparison.js'
import { LinkUnreachableError } from '#ports/region-link.js'
import { type AdminOperation, invalid, toTimestamp } from './admin-operation.js'

/** Longer than the patience with a Region that does not confirm. */
const SLICE_TIMEOUT_MS = 90_000

/** Lists what this Region owns and others have copies of; without a pool: the deployment's rows. */
export const ListVerifications: AdminOperation = {
  name: 'ListVerifications',
  async run({ verifyNow }) {
    const subjects = await verifyNow.list()
    return {
      Verifications: subjects.map(({ poolId, region, known }) => ({
        UserPoolId: poolId,
        RegionName: region,
        VerifiedAt: toTimestamp(known?.verifiedAtMs),
        ComparedAt: toTimestamp(known?.comparedAtMs),
        Repairs: known?.repairs ?? 0,
        RowsResent: known?.rowsResent ?? 0,
        RowsRemoved: known?.rowsRemoved ?? 0,
      })),
    }
  },
}

/** Compares the next few thousand rows of one of these; `Repair` also repairs what differs. */
export const VerifyCopies: AdminOperation = {
  name: 'VerifyCopies',
  async run({ verifyNow }, input) {
    const poolId = input.optionalText('UserPoolId', 55)
    const region = input.text('RegionName', 32)
    const subjects = await verifyNow.list()
    const subject = subjects.find((one) => one.poolId === poolId && one.region === region)
    if (subject === undefined) {
      throw invalid(`${poolId ?? 'The deployment'} has no copy in ${region} that is at rest.`)
    }
    const cursor = toCursor(input.optionalText('NextToken', 4096))
    const repairs = input.flag('Repair')
    const signal = AbortSignal.timeout(SLICE_TIMEOUT_MS)
    const slice = await verifyNow
      .next({ subject, cursor, repairs, signal })
      .catch((error: unknown) => {
        if (!(error instanceof LinkUnreachableError)) throw error
        throw new ApiError('InternalErrorException', error.message, { cause: error })
      })
    if (slice === 'incomplete') throw invalid(`The copy in ${region} is being made anew.`)
    return {
      RowsCompared: slice.rows,
      RowsDiffering: slice.differing,
      RowsResent: slice.resent,
      RowsRemoved: slice.removed,
      RowsLeft: slice.left,
      Tables: slice.tables,
      NextToken: slice.next && Buffer.from(JSON.stringify(slice.next)).toString('base64url'),
    }
  },
}

function toCursor(token: string | undefined): ComparisonCursor | undefined {
  if (token === undefined) return undefined
  try {
    const value: unknown = JSON.parse(Buffer.from(token, 'base64url').toString('utf8'))
    const { table, after } = value as { table?: unknown; after?: unknown }
    if (typeof table !== 'string') throw invalid('NextToken is not one of this operation.')
    return { table, after: Array.isArray(after) ? after.map(String) : undefined }
  } catch (cause) {
    throw invalid('NextToken is not one of this operation.', cause)
  }
}
