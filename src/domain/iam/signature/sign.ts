// Signs requests of our own processes (the edge and the commands) the way AWS SDKs do.

import { required } from '#base/assert.js'
import {
  ALGORITHM,
  canonicalRequest,
  formatTimestamp,
  type SignableRequest,
  sha256Hex,
  stringToSign,
} from './canonical.js'
import { scopeText, signingKey, signText } from './signing-key.js'

/** Who signs, for what, and when. */
export interface Signer {
  readonly accessKeyId: string
  readonly secretAccessKey: string
  readonly region: string
  readonly service: string
  readonly nowMs: number
}

/** The request's headers with `x-amz-date` and `authorization`. All headers given are signed. */
export function signHeaders(
  request: SignableRequest & { readonly headers: Readonly<Record<string, string>> },
  signer: Signer,
): Record<string, string> {
  const timestamp = formatTimestamp(signer.nowMs)
  const headers: Record<string, string> = { ...request.headers, 'x-amz-date': timestamp }
  const scope = { day: timestamp.slice(0, 8), region: signer.region, service: signer.service }
  const names = Object.keys(headers).sort()
  const canonical = required(
    canonicalRequest({ ...request, headers }, names, sha256Hex(request.body)),
    'a query that can be decoded',
  )
  const text = stringToSign(timestamp, scopeText(scope), canonical)
  const key = signingKey(signer.secretAccessKey, scope)
  const signature = Buffer.from(signText(key, text)).toString('hex')
  headers['authorization'] =
    `${ALGORITHM} Credential=${signer.accessKeyId}/${scopeText(scope)}, ` +
    `SignedHeaders=${names.join(';')}, Signature=${signature}`
  return headers
}
