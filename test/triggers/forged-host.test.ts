// The issuer of tokens and the Region of events are the pool's and the serving Region's, whatever
// host a request says that it was sent to: proxies write there what they like.
import assert from 'node:assert/strict'
import { once } from 'node:events'
import { type IncomingMessage, request } from 'node:http'
import { after, before, describe, test } from 'node:test'
import { claimsOf, PASSWORD, REGION, type TestClient } from '#test/support/test-api.js'
import { TriggerRig } from '#test/support/trigger-rig.js'

const FORGED = 'cognito-idp.eu-north-1.evil.example'

describe('a host that a request makes up', () => {
  let rig: TriggerRig
  let app: TestClient
  before(async () => {
    rig = await TriggerRig.start()
    app = await rig.makeApp(['PreAuthentication', 'PreTokenGeneration'])
    await rig.api.makeUser(app.poolId, 'ann')
  })
  after(() => rig.stop())

  async function signIn(headers: Readonly<Record<string, string>>) {
    const sent = request(rig.api.endpoint, {
      method: 'POST',
      headers: {
        'content-type': 'application/x-amz-json-1.1',
        'x-amz-target': 'AWSCognitoIdentityProviderService.InitiateAuth',
        ...headers,
      },
    })
    sent.end(
      JSON.stringify({
        ClientId: app.clientId,
        AuthFlow: 'USER_PASSWORD_AUTH',
        AuthParameters: { USERNAME: 'ann', PASSWORD },
      }),
    )
    const [response] = (await once(sent, 'response')) as [IncomingMessage]
    const parts: Buffer[] = []
    for await (const part of response) parts.push(part as Buffer)
    const body = JSON.parse(Buffer.concat(parts).toString('utf8')) as Record<string, unknown>
    return body['AuthenticationResult'] as Readonly<Record<string, string>>
  }

  test('is in no token and no event', async () => {
    for (const headers of [{ host: FORGED }, { host: FORGED, 'x-forwarded-host': FORGED }]) {
      const tokens = await signIn(headers)
      for (const name of ['AccessToken', 'IdToken']) {
        const { iss } = claimsOf(tokens[name] ?? '')
        assert.equal(iss, `${rig.api.endpoint}/${app.poolId}`, name)
      }
      const events = rig.take()
      assert.deepEqual(
        events.map((event) => event['region']),
        [REGION, REGION],
      )
      assert.ok(!JSON.stringify(events).includes('evil.example'))
    }
  })
})
