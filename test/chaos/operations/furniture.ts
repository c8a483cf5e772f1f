// What pools that stay have for the ways to sign in besides passwords: second factors, passkeys,
// devices, sessions that are listed, functions of custom sign-ins in each Region, and a client of
// machines that ask the API.
import {
  CreateUserPoolClientCommand,
  type CreateUserPoolCommandInput,
  SetUserPoolMfaConfigCommand,
  SetUserPoolSessionConfigurationCommand,
  UpdateUserPoolCommand,
} from '@aws-sdk/client-cognito-identity-provider'
import { CUSTOM_SIGN_IN_FUNCTIONS } from '#test/support/custom-sign-in.js'
import { lambdaArn, type TriggerModules } from '#test/support/trigger-module.js'
import { wordsOf } from '../calls.js'
import type { PoolRecord } from '../record.js'
import type { World } from '../world.js'

export const RELYING_PARTY = 'auth.example.com'
/** More than a run makes, so that none is ended by the limit. */
const SESSIONS_PER_USER = 100

/** The setting `triggers.functions` of the nodes. */
export function writeFunctions(modules: TriggerModules): readonly object[] {
  return Object.entries(CUSTOM_SIGN_IN_FUNCTIONS).map(([name, source]) => ({
    arn: lambdaArn(name),
    module: modules.write(source),
  }))
}

const LambdaConfig = Object.fromEntries(
  Object.keys(CUSTOM_SIGN_IN_FUNCTIONS).map((name) => [name, lambdaArn(name)]),
)

/** Settings that a pool is made with. */
export function lastingSettings(home: string): Partial<CreateUserPoolCommandInput> {
  return {
    LambdaConfig,
    Policies: {
      SignInPolicy: { AllowedFirstAuthFactors: ['PASSWORD', 'EMAIL_OTP', 'WEB_AUTHN'] },
    },
    DeviceConfiguration: {
      ChallengeRequiredOnNewDevice: true,
      DeviceOnlyRememberedOnUserPrompt: false,
    },
    UserPoolTags: { home },
  }
}

/** Second factors, sessions and a machine's client, before anything breaks. */
export async function furnishFactors(world: World, pool: PoolRecord, scope: string): Promise<void> {
  const { id: UserPoolId, home } = pool
  const mfa = await world.calls.cognito(home, (client, how) =>
    client.send(
      new SetUserPoolMfaConfigCommand({
        UserPoolId,
        MfaConfiguration: 'OPTIONAL',
        SoftwareTokenMfaConfiguration: { Enabled: true },
        WebAuthnConfiguration: { RelyingPartyId: RELYING_PARTY },
      }),
      how,
    ),
  )
  world.note(pool, `SetUserPoolMfaConfig: ${wordsOf(mfa)}`)
  const sessions = await world.calls.cognito(home, (client, how) =>
    client.send(
      new SetUserPoolSessionConfigurationCommand({
        UserPoolId,
        UserSessionTracking: 'ENABLED',
        TokenSession: { MaxPerUser: SESSIONS_PER_USER },
      }),
      how,
    ),
  )
  world.note(pool, `SetUserPoolSessionConfiguration: ${wordsOf(sessions)}`)
  const machine = await world.calls.cognito(home, (client, how) =>
    client.send(
      new CreateUserPoolClientCommand({
        UserPoolId,
        ClientName: 'api-machine',
        GenerateSecret: true,
        ExplicitAuthFlows: ['ALLOW_CLIENT_TOKEN_AUTH' as never],
        AllowedOAuthScopes: [scope],
      }),
      how,
    ),
  )
  world.note(pool, `CreateUserPoolClient of a machine: ${wordsOf(machine)}`)
  if (machine.kind !== 'done') return
  const { ClientId: clientId = '', ClientSecret: secret = '' } = machine.output.UserPoolClient ?? {}
  pool.apiMachine = { clientId, secret, scope }
}

/** Functions are each Region's own. */
export async function configureOther(world: World, pool: PoolRecord): Promise<void> {
  const outcome = await world.calls.cognito(pool.other, (client, how) =>
    client.send(new UpdateUserPoolCommand({ UserPoolId: pool.id, LambdaConfig }), how),
  )
  world.note(pool, `UpdateUserPool at ${pool.other}: ${wordsOf(outcome)}`)
  if (outcome.kind === 'done') pool.functionsAt.add(pool.other)
}
