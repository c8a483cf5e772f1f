// No secret of a whole flow in the log, at the level that logs most: sign-ins by each factor,
// set-up of factors and devices, custom sign-ins and senders, links, imports and machines, right
// and wrong, with messages that are refused and functions that fail. What is secret is read off the
// wire and out of the messages. Single operations have test/api/contract/logs.test.ts.
import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import * as sdk from '@aws-sdk/client-cognito-identity-provider'
import { CreateKeyCommand } from '@aws-sdk/client-kms'
import { required } from '#base/assert.js'
import { SoftwareAuthenticator } from '#test/support/authenticator.js'
import { throws } from '#test/support/lambda-service.js'
import { LogSecrets } from '#test/support/log-secrets.js'
import { type MailServer, startMailServer } from '#test/support/mail-server.js'
import { SrpClient, timestampOf } from '#test/support/srp-client.js'
import { attributeList, PASSWORD, type TestClient } from '#test/support/test-api.js'
import { totpCode } from '#test/support/totp.js'
import { lambdaArn } from '#test/support/trigger-module.js'
import { type Event, TriggerRig } from '#test/support/trigger-rig.js'
import { createJob, csv, endOf, importRow, startJob, upload } from '#test/support/user-imports.js'
import { confirm, keptOf, proveDevice } from '../api/cognito/devices/people.js'
import { makeMfaPool, setUpApp } from '../api/cognito/mfa/people.js'
import { ORIGIN, RELYING_PARTY, register } from '../api/cognito/passkeys/people.js'

type Words = Record<string, string>
type Begun = Pick<
  sdk.InitiateAuthCommandOutput,
  'ChallengeName' | 'ChallengeParameters' | 'Session'
>

const PRIVATE_ANSWER = 'private-answer-of-the-riddle'
const WRONG = 'Wrong-horse-9-field'
const FLOWS: sdk.ExplicitAuthFlowsType[] = [
  'ALLOW_USER_AUTH',
  'ALLOW_USER_PASSWORD_AUTH',
  'ALLOW_USER_SRP_AUTH',
  'ALLOW_CUSTOM_AUTH',
  'ALLOW_REFRESH_TOKEN_AUTH',
]
const RIDDLE = {
  DefineAuthChallenge: ({ request }: Event) =>
    (request['session'] as { challengeResult: boolean }[]).some((one) => one.challengeResult)
      ? { issueTokens: true }
      : { challengeName: 'CUSTOM_CHALLENGE' },
  CreateAuthChallenge: () => ({
    publicChallengeParameters: { question: '?' },
    privateChallengeParameters: { answer: PRIVATE_ANSWER },
  }),
  VerifyAuthChallengeResponse: ({ request }: Event) => ({
    answerCorrect: request['challengeAnswer'] === PRIVATE_ANSWER,
  }),
}

describe('flows', () => {
  const found = new LogSecrets()
  let rig: TriggerRig
  let mail: MailServer
  let app: TestClient
  let names = 0
  before(async () => {
    mail = await startMailServer()
    const smtpUrl = `smtp://127.0.0.1:${mail.port}`
    rig = await TriggerRig.start({
      beatMs: 500,
      log: found.log,
      limits: { codesPerHourMax: 100 },
      messages: { email: 'smtp', smtpUrl },
    })
    rig.instead = RIDDLE
    rig.api.cognito.middlewareStack.add(
      (next, { commandName = '' }) =>
        async (args) => {
          found.note(args.input, commandName)
          const result = await next(args)
          found.note(result.output, commandName)
          return result
        },
      { step: 'initialize' },
    )
    found.add(PRIVATE_ANSWER, 'private answer')
    app = await rig.makeApp(
      ['DefineAuthChallenge', 'CreateAuthChallenge', 'VerifyAuthChallengeResponse'],
      {
        AutoVerifiedAttributes: ['email'],
        Policies: {
          SignInPolicy: {
            AllowedFirstAuthFactors: ['PASSWORD', 'EMAIL_OTP', 'SMS_OTP', 'WEB_AUTHN'],
          },
        },
        DeviceConfiguration: {
          ChallengeRequiredOnNewDevice: true,
          DeviceOnlyRememberedOnUserPrompt: false,
        },
      },
      { ExplicitAuthFlows: FLOWS },
    )
    const WebAuthnConfiguration = { RelyingPartyId: RELYING_PARTY }
    await send(
      new sdk.SetUserPoolMfaConfigCommand({
        UserPoolId: app.poolId,
        MfaConfiguration: 'OFF',
        WebAuthnConfiguration,
      }),
    )
  })
  after(async () => {
    await rig.stop()
    await mail.stop()
  })

  const send: TestApiSend = (command) => rig.api.cognito.send(command as never) as never
  type TestApiSend = TriggerRig['api']['cognito']['send']
  const fails = (call: Promise<unknown>) => assert.rejects(call)

  async function makePerson(): Promise<string> {
    names += 1
    const name = `person-${names}`
    const verified = { email_verified: 'true', phone_number_verified: 'true' }
    const addresses = { email: `${name}@example.com`, phone_number: '+12065550100' }
    await rig.api.makeUser(app.poolId, name, { ...addresses, ...verified })
    return name
  }
  const start = (AuthFlow: string, USERNAME: string, more: Words, { clientId } = app) =>
    send(
      new sdk.InitiateAuthCommand({
        ClientId: clientId,
        AuthFlow: AuthFlow as 'USER_AUTH',
        AuthParameters: { USERNAME, ...more },
      }),
    )
  const answer = (USERNAME: string, begun: Begun, words: Words, { clientId } = app) =>
    send(
      new sdk.RespondToAuthChallengeCommand({
        ClientId: clientId,
        ChallengeName: begun.ChallengeName,
        Session: begun.Session,
        ChallengeResponses: { USERNAME, ...words },
      }),
    )
  /** The code of the newest e-mail, or text message. */
  async function newestCode(name: string, by: 'e-mail' | 'SMS', { poolId } = app) {
    const text = required(mail.received.at(-1), 'message').text
    const body = text.slice(text.indexOf('\r\n\r\n'))
    const mailed = /\b(\d{6}|\d{8})\b/.exec(body)?.[1] ?? ''
    const code = by === 'SMS' ? await rig.api.code(poolId, name) : mailed
    assert.match(code, /^\d{6,8}$/)
    found.add(code, `code by ${by}`)
    return code
  }

  test('a choice, by each first factor', async () => {
    const name = await makePerson()
    const authenticator = new SoftwareAuthenticator({ origin: ORIGIN })
    await register(rig.api, (await rig.api.signIn(app, name)).access, authenticator)
    const prefer = (PREFERRED_CHALLENGE: string, more: Words = {}) =>
      start('USER_AUTH', name, { PREFERRED_CHALLENGE, ...more })
    await prefer('PASSWORD', { PASSWORD })
    await fails(prefer('PASSWORD', { PASSWORD: WRONG }))
    await answer(name, await start('USER_AUTH', name, {}), { ANSWER: 'PASSWORD', PASSWORD })
    const srp = new SrpClient()
    const asked = await prefer('PASSWORD_SRP', { SRP_A: srp.publicA })
    const { SALT = '', SRP_B = '', SECRET_BLOCK = '' } = asked.ChallengeParameters ?? {}
    const timestamp = timestampOf(new Date())
    const claim = { poolId: app.poolId, userId: name, password: PASSWORD, salt: SALT, timestamp }
    await answer(name, asked, {
      PASSWORD_CLAIM_SECRET_BLOCK: SECRET_BLOCK,
      PASSWORD_CLAIM_SIGNATURE: srp.sign({ ...claim, publicB: SRP_B, secretBlock: SECRET_BLOCK }),
      TIMESTAMP: timestamp,
    })
    const mailed = await prefer('EMAIL_OTP')
    const EMAIL_OTP_CODE = await newestCode(name, 'e-mail')
    await fails(answer(name, mailed, { EMAIL_OTP_CODE: '98761234' }))
    await answer(name, mailed, { EMAIL_OTP_CODE })
    const texted = await prefer('SMS_OTP')
    await answer(name, texted, { SMS_OTP_CODE: await newestCode(name, 'SMS') })
    const options = await prefer('WEB_AUTHN')
    const credential = options.ChallengeParameters?.['CREDENTIAL_REQUEST_OPTIONS'] ?? ''
    await answer(name, options, { CREDENTIAL: authenticator.get(credential) })
    await fails(answer(name, options, { CREDENTIAL: authenticator.get(credential) }))
    mail.behave('refuse')
    await fails(prefer('EMAIL_OTP'))
    mail.behave('take')
    assert.deepEqual(found.leaks(), [])
  })

  test('a sign-up, its confirmation, and a password that is forgotten', async () => {
    const named = { ClientId: app.clientId, Username: 'newcomer' }
    const UserAttributes = attributeList({ email: 'newcomer@example.com' })
    await send(new sdk.SignUpCommand({ ...named, Password: PASSWORD, UserAttributes }))
    const ConfirmationCode = await newestCode('newcomer', 'e-mail')
    const { Session } = await send(new sdk.ConfirmSignUpCommand({ ...named, ConfirmationCode }))
    await fails(send(new sdk.ConfirmSignUpCommand({ ...named, ConfirmationCode })))
    await send(
      new sdk.InitiateAuthCommand({
        ClientId: app.clientId,
        AuthFlow: 'USER_AUTH',
        AuthParameters: {},
        Session,
      }),
    )
    await send(new sdk.ForgotPasswordCommand(named))
    const code = await newestCode('newcomer', 'e-mail')
    const reset = { ...named, Password: 'Another-horse-8-stable' }
    await fails(
      send(new sdk.ConfirmForgotPasswordCommand({ ...reset, ConfirmationCode: '918273' })),
    )
    await send(new sdk.ConfirmForgotPasswordCommand({ ...reset, ConfirmationCode: code }))
    assert.deepEqual(found.leaks(), [])
  })

  test('an app that is set up in a sign-in, and its codes', async () => {
    const { poolId, app: mfaApp } = await makeMfaPool(rig.api, 'ON')
    await rig.api.makeUser(poolId, 'owner', { phone_number: '+12065550100' })
    const begin = () => start('USER_PASSWORD_AUTH', 'owner', { PASSWORD }, mfaApp)
    const setUp = await begin()
    assert.equal(setUp.ChallengeName, 'SMS_MFA')
    const SMS_MFA_CODE = await newestCode('owner', 'SMS', mfaApp)
    await fails(answer('owner', setUp, { SMS_MFA_CODE: '918273' }, mfaApp))
    const { AuthenticationResult } = await answer('owner', setUp, { SMS_MFA_CODE }, mfaApp)
    const secret = await setUpApp(rig.api, AuthenticationResult?.AccessToken ?? '')
    found.add(secret, 'secret of the app')
    const asked = await begin()
    await fails(answer('owner', asked, { SOFTWARE_TOKEN_MFA_CODE: '918273' }, mfaApp))
    const SOFTWARE_TOKEN_MFA_CODE = totpCode(secret)
    await answer('owner', asked, { SOFTWARE_TOKEN_MFA_CODE }, mfaApp)
    await fails(answer('owner', await begin(), { SOFTWARE_TOKEN_MFA_CODE }, mfaApp))
    await rig.api.makeUser(poolId, 'without')
    const setUpAnew = await start('USER_PASSWORD_AUTH', 'without', { PASSWORD }, mfaApp)
    assert.equal(setUpAnew.ChallengeName, 'MFA_SETUP')
    const { SecretCode = '', Session } = await send(
      new sdk.AssociateSoftwareTokenCommand({ Session: setUpAnew.Session }),
    )
    const UserCode = totpCode(SecretCode)
    const verified = await send(new sdk.VerifySoftwareTokenCommand({ Session, UserCode }))
    await answer('without', { ...setUpAnew, Session: verified.Session }, {}, mfaApp)
    assert.deepEqual(found.leaks(), [])
  })

  test('a device', async () => {
    const name = await makePerson()
    const first = await start('USER_PASSWORD_AUTH', name, { PASSWORD })
    const { access, device } = keptOf(first.AuthenticationResult)
    const own = required(device, 'device')
    found.add(own.password, 'password of the device')
    await confirm(rig.api, access, own)
    const begin = () => start('USER_PASSWORD_AUTH', name, { PASSWORD, DEVICE_KEY: own.deviceKey })
    const session = (await begin()).Session
    await (await proveDevice(rig.api, app, name, { session, device: own })).respond()
    const wrong = { session: (await begin()).Session, device: { ...own, password: WRONG } }
    await fails((await proveDevice(rig.api, app, name, wrong)).respond())
    assert.deepEqual(found.leaks(), [])
  })

  test('a riddle, and a function that fails with it', async () => {
    const name = await makePerson()
    const begin = () => start('CUSTOM_AUTH', name, {})
    await answer(name, await begin(), { ANSWER: PRIVATE_ANSWER })
    const wrong = 'wrong-answer-of-the-riddle'
    found.add(wrong, 'wrong answer')
    await answer(name, await begin(), { ANSWER: wrong })
    rig.instead = { ...RIDDLE, VerifyAuthChallengeResponse: () => throws('not today') }
    await fails(answer(name, await begin(), { ANSWER: PRIVATE_ANSWER }))
    rig.instead = { ...RIDDLE, VerifyAuthChallengeResponse: () => 'no JSON' }
    await fails(answer(name, await begin(), { ANSWER: PRIVATE_ANSWER }))
    rig.instead = RIDDLE
    assert.deepEqual(found.leaks(), [])
  })

  test('a sender of the customer’s own, and one that fails', async () => {
    const { KeyMetadata } = await rig.api.kms.send(new CreateKeyCommand({}))
    const CustomEmailSender = {
      LambdaVersion: 'V1_0' as const,
      LambdaArn: lambdaArn('CustomEmailSender'),
    }
    const LambdaConfig = { CustomEmailSender, KMSKeyID: KeyMetadata?.Arn }
    const client = await rig.makeApp([], { AutoVerifiedAttributes: ['email'], LambdaConfig })
    rig.take()
    await rig.signUp(client, 'sent-to', { email: 'sent-to@example.com' })
    const sealed = rig.take().map(({ request }) => String(request['code']))
    assert.equal(sealed.length, 1)
    for (const code of sealed) found.add(code, 'sealed code')
    rig.instead = { ...RIDDLE, CustomEmailSender: () => throws('not today') }
    await rig.signUp(client, 'unsent', { email: 'unsent@example.com' }).catch(() => undefined)
    for (const { request } of rig.take()) found.add(String(request['code']), 'sealed code')
    rig.instead = RIDDLE
    assert.deepEqual(found.leaks(), [])
  })

  test('a link that confirms', async () => {
    const poolId = await rig.api.makePool({
      AutoVerifiedAttributes: ['email'],
      VerificationMessageTemplate: { DefaultEmailOption: 'CONFIRM_WITH_LINK' },
    })
    const Domain = `flow-logs-${process.pid}`
    await send(new sdk.CreateUserPoolDomainCommand({ UserPoolId: poolId, Domain }))
    const client = await rig.api.makeClient(poolId)
    await rig.signUp(client, 'linked', { email: 'linked@example.com' })
    const text = required(mail.received.at(-1), 'message').text.replaceAll('=\r\n', '')
    const link = /href=(?:3D)?"([^"]+)"/.exec(text)?.[1]?.replaceAll('=3D', '=') ?? ''
    const url = new URL(link.replaceAll('&amp;', '&'))
    found.add(required(url.searchParams.get('confirmation_code') ?? undefined, 'code'), 'link')
    assert.equal((await fetch(url)).status, 200)
    assert.equal((await fetch(url)).status, 400)
    assert.deepEqual(found.leaks(), [])
  })

  test('an import', async () => {
    const poolId = await rig.api.makePool({ AutoVerifiedAttributes: ['email'] })
    const job = await createJob(rig.api, poolId)
    const signature = new URL(job.PreSignedUrl ?? '').searchParams.get('X-Amz-Signature')
    found.add(required(signature ?? undefined, 'signature'), 'signature of the upload')
    const lines = csv([importRow('ada'), importRow('broken', { birthdate: 'never' })])
    assert.equal((await upload(job, lines)).status, 200)
    const forged = (job.PreSignedUrl ?? '').replace(signature ?? '', 'x'.repeat(43))
    assert.notEqual((await upload({ ...job, PreSignedUrl: forged }, lines)).status, 200)
    await startJob(rig.api, job)
    assert.equal((await endOf(rig.api, job)).Status, 'Succeeded')
    assert.deepEqual(found.leaks(), [])
  })

  test('a machine at the token endpoint', async () => {
    const poolId = await rig.api.makePool()
    const Domain = `flow-machines-${process.pid}`
    await send(new sdk.CreateUserPoolDomainCommand({ UserPoolId: poolId, Domain }))
    const Scopes = [{ ScopeName: 'read', ScopeDescription: 'Reads' }]
    const server = { UserPoolId: poolId, Identifier: 'orders', Name: 'orders', Scopes }
    await send(new sdk.CreateResourceServerCommand(server))
    const { clientId, secret = '' } = await rig.api.makeClient(poolId, {
      GenerateSecret: true,
      AllowedOAuthFlowsUserPoolClient: true,
      AllowedOAuthFlows: ['client_credentials'],
      AllowedOAuthScopes: ['orders/read'],
    })
    const ask = (secretGiven: string, inBody: boolean) => {
      const basic = Buffer.from(`${clientId}:${secretGiven}`).toString('base64')
      found.add(basic, 'basic credentials')
      const own = { client_id: clientId, client_secret: secretGiven }
      return fetch(`${rig.api.endpoint}/domain/${Domain}/oauth2/token`, {
        method: 'POST',
        headers: inBody ? {} : { authorization: `Basic ${basic}` },
        body: new URLSearchParams({
          grant_type: 'client_credentials',
          ...(inBody && own),
        }),
      })
    }
    for (const inBody of [true, false]) {
      const response = await ask(secret, inBody)
      assert.equal(response.status, 200)
      found.note(await response.json(), 'token endpoint')
      assert.equal((await ask('x'.repeat(52), inBody)).status, 400)
    }
    assert.deepEqual(found.leaks(), [])
  })

  test('all of it was looked for in a log that has all of it', () => {
    const { logged, secrets, places } = found
    assert.ok(secrets.length > 100, `${secrets.length} secrets`)
    for (const one of ['access_token', 'SecretCode', 'link', 'sealed code', 'code by SMS']) {
      assert.ok(
        places.some((place) => place.endsWith(one)),
        one,
      )
    }
    for (const one of ['"RespondToAuthChallenge"', 'was not delivered', 'user import', 'oauth2']) {
      assert.ok(logged.includes(one), one)
    }
    const [secret] = secrets
    assert.equal(found.leaks(`{"error":"for ${secret}"}`).length, 1)
  })
})
