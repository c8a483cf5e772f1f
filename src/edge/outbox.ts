// The outbox as JSON for programs: `GET /outbox`, signed for the service `twinpool` with the access
// key of this edge, which has no other secret. Messages are regional, so they are gathered from all
// Regions that are alive.

import { equalText } from '#base/bytes.js'
import { numberMember, objectsMember } from '#base/json.js'
import { queryParameters } from '#domain/iam/signature/canonical.js'
import { parseSignature } from '#domain/iam/signature/parse.js'
import { signingKey } from '#domain/iam/signature/signing-key.js'
import { checkClaim, checkSignature } from '#domain/iam/signature/verify.js'
import type { HttpRequest, HttpResponse } from '#http/route.js'
import type { EdgeAccessKey, EdgeParts } from './region-calls.js'

const CLOCK_SKEW_SECONDS = 300
const MESSAGES_MAX = 1000

/** Responds to `GET /outbox`. */
export async function handleOutbox(
  parts: EdgeParts,
  accessKey: EdgeAccessKey,
  request: HttpRequest,
): Promise<HttpResponse> {
  const complaint = complaintAbout(parts, accessKey, request)
  if (complaint !== undefined) return jsonOfEdge(403, { message: complaint })
  const query = new Map(queryParameters(request.url) ?? [])
  const limit = Number(query.get('MaxResults') ?? 60)
  if (!Number.isInteger(limit) || limit < 1 || limit > MESSAGES_MAX) {
    const message = `MaxResults must be a whole number from 1 to ${MESSAGES_MAX}.`
    return jsonOfEdge(400, { message })
  }
  const input = { UserPoolId: query.get('UserPoolId'), MaxResults: limit }
  const alive = parts.health.states().filter((region) => region.isAlive)
  const outputs = await Promise.all(
    alive.map((region) => parts.call(region, 'ListOutboxMessages', input)),
  )
  const messages = outputs
    .flatMap((output) => objectsMember(output, 'Messages'))
    .toSorted((a, b) => (numberMember(b, 'CreatedAt') ?? 0) - (numberMember(a, 'CreatedAt') ?? 0))
    .slice(0, limit)
  return jsonOfEdge(200, { Messages: messages })
}

/** Why the caller is refused; undefined when it is signed with the edge's key. */
function complaintAbout(
  { health, clock }: EdgeParts,
  accessKey: EdgeAccessKey,
  { method, url, headers, body }: HttpRequest,
): string | undefined {
  const signable = { method, url, headers, body }
  const claimed = parseSignature(signable)
  if (claimed.kind === 'refused') return claimed.message
  const refusal = checkClaim(claimed, {
    regions: health.states().map((region) => region.name),
    service: 'twinpool',
    nowMs: clock.nowMs(),
    clockSkewSeconds: CLOCK_SKEW_SECONDS,
  })
  if (refusal !== undefined) return refusal.message
  if (!equalText(claimed.accessKeyId, accessKey.accessKeyId) || claimed.hasSessionToken) {
    return 'The security token included in the request is invalid.'
  }
  const key = signingKey(accessKey.secretAccessKey, claimed.scope)
  return checkSignature(signable, claimed, key)?.message
}

/** A JSON response of the edge itself, which pages of other origins do not read. */
export function jsonOfEdge(status: number, body: unknown): HttpResponse {
  const headers = { 'content-type': 'application/json', 'cache-control': 'no-store' }
  return { status, headers, body: JSON.stringify(body) }
}
