// PUT /user-imports/<pool>/<job>: where the file of a user import is uploaded. The URL that
// CreateUserImportJob returns bears a token for one job and 15 minutes; nothing is signed.
// Cognito: there it is a pre-signed URL of Amazon S3, and clients send the header
// `x-amz-server-side-encryption`; a file is always sealed here, with it or without.
import { mayUpload, storeUpload, type UploadServices } from '#app/imports/upload.js'
import { asPrimary } from '#ports/capability.js'
import type { Pools } from '#ports/directory.js'
import type { HttpRequest, HttpResponse, Route } from '../route.js'

export interface UserImportServices extends UploadServices {
  readonly pools: Pick<Pools, 'find'>
}

const DENIED = [403, 'AccessDenied', 'Request has expired or the URL is not valid.'] as const
const PROBLEMS = {
  started: DENIED,
  'too-large': [400, 'EntityTooLarge', 'The CSV file is larger than a user import takes.'],
  'too-many-rows': [400, 'EntityTooLarge', 'The CSV file has more rows than a user import takes.'],
  'line-too-long': [400, 'InvalidRequest', 'The CSV file has a line that is too long.'],
} as const

/** The URL at which the file of a job is uploaded. */
export function userImportUrl(
  endpoint: string,
  upload: { readonly poolId: string; readonly jobId: string; readonly token: string },
): string {
  const { poolId, jobId, token } = upload
  return `${endpoint}/user-imports/${poolId}/${jobId}?X-Amz-Expires=900&X-Amz-Signature=${token}`
}

export function userImportRoute(services: UserImportServices): Route {
  return {
    method: 'PUT',
    path: '/user-imports/:poolId/:jobId',
    handle: () => xml(...DENIED),
    receive: (request, body) => receive(services, request, body),
  }
}

async function receive(
  services: UserImportServices,
  request: HttpRequest,
  body: AsyncIterable<Uint8Array>,
): Promise<HttpResponse> {
  const { poolId = '', jobId = '' } = request.params
  const found = await services.pools.find(poolId)
  const pool = found && asPrimary(found)
  const job = pool && (await services.userImports.find(pool, jobId))
  const query = new URLSearchParams(request.url.split('?', 2)[1])
  const token = query.get('X-Amz-Signature') ?? ''
  if (pool === undefined || job === undefined) return xml(...DENIED)
  if (!mayUpload(job, token, services.clock.nowMs())) return xml(...DENIED)
  const outcome = await storeUpload(services, pool, jobId, body)
  if (outcome === 'stored') return { status: 200, headers: {}, body: '' }
  const [status, code, message] = PROBLEMS[outcome]
  return xml(status, code, message)
}

/** An error as Amazon S3 has it. */
function xml(status: number, code: string, message: string): HttpResponse {
  const head = '<?xml version="1.0" encoding="UTF-8"?>'
  return {
    status,
    headers: { 'content-type': 'application/xml' },
    body: `${head}\n<Error><Code>${code}</Code><Message>${message}</Message></Error>`,
  }
}
