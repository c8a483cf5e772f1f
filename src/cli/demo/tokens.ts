// What a resource server does: it knows one issuer and verifies the tokens of both Regions, and
// what a machine does: it calls the domain, wherever that is served.
import { JwtVerifier } from 'aws-jwt-verify'
import { CommandError } from '../failure.js'
import type { Story } from './story.js'

export interface TokenVerifier {
  verify(token: string): Promise<unknown>
}

/** Trusts the shared issuer, by the discovery document that the edge serves. */
export async function verifierOf(story: Story): Promise<TokenVerifier> {
  const { stack, primaryRegion, pool, machine } = story
  const issuer = `${stack.edge}/issuer/${primaryRegion}/${pool.userPoolId}`
  const discovery = (await getJson(`${issuer}/.well-known/openid-configuration`)) as {
    issuer: string
    jwks_uri: string
  }
  if (discovery.issuer !== issuer) throw new CommandError(`the issuer is ${discovery.issuer}`)
  const verifier = JwtVerifier.create({
    issuer,
    audience: null,
    customJwtCheck: ({ payload }) => {
      const audience = payload.aud ?? payload['client_id']
      if (audience !== pool.clientId && audience !== machine.clientId) {
        throw new CommandError(`the token is for ${String(audience)}`)
      }
    },
  })
  // aws-jwt-verify fetches over https only; the key set of a local stack is put into its cache.
  verifier.cacheJwks(
    (await getJson(discovery.jwks_uri)) as Parameters<typeof verifier.cacheJwks>[0],
  )
  return verifier
}

/** A client_credentials token from the pool's domain at the edge. */
export async function machineToken(story: Story): Promise<string> {
  const { stack, machine } = story
  const secret = Buffer.from(`${machine.clientId}:${machine.secret}`).toString('base64')
  const output = await fetch(`${stack.edge}/domain/${machine.domain}/oauth2/token`, {
    method: 'POST',
    headers: {
      authorization: `Basic ${secret}`,
      'content-type': 'application/x-www-form-urlencoded',
    },
    body: 'grant_type=client_credentials&scope=orders%2Fread',
  })
  const body = (await output.json()) as { access_token?: string }
  if (body.access_token === undefined) throw new CommandError(`status ${output.status}`)
  return body.access_token
}

async function getJson(url: string): Promise<unknown> {
  const output = await fetch(url)
  if (!output.ok) throw new CommandError(`${url} answered ${output.status}`)
  return output.json()
}
