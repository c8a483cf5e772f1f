// Senders that are the customer's code (CustomEmailSender, CustomSMSSender): they carry every
// message of their medium in place of this Region's transport. A message as such is not made: the
// function gets the code, encrypted under the customer's key, so that nobody on the way reads it.
// Cognito: developer guide, "Custom sender Lambda triggers", 2026.

import { observedSender } from '#app/observed/messages.js'
import type { Watch } from '#app/observed/watch.js'
import { utf8 } from '#base/bytes.js'
import type { Random } from '#base/random.js'
import { poolArn } from '#domain/arn.js'
import { encryptionSdkMessage } from '#domain/crypto/encryption-sdk-message.js'
import type { Pool } from '#ports/capability.js'
import { type CodeKeys, KeyRefusedError } from '#ports/keys.js'
import {
  DeliveryError,
  type Medium,
  type Message,
  type MessageOrigin,
  type MessageRoutes,
  type MessageSender,
} from '#ports/messages.js'
import type { TriggerFunctions } from '#ports/trigger-functions.js'
import {
  type Configured,
  configured,
  functionEvent,
  metadataOf,
  userAttributes,
} from './function-event.js'

export interface CodeSenderOptions extends Watch {
  readonly functions: TriggerFunctions
  readonly codeKeys: CodeKeys
  readonly accountId: string
  readonly random: Random
}

const SENDERS = {
  EMAIL: { name: 'CustomEmailSender', type: 'customEmailSenderRequestV1' },
  SMS: { name: 'CustomSMSSender', type: 'customSMSSenderRequestV1' },
} as const satisfies Record<Medium, object>

const MESSAGE_ID_BYTES = 32

/** The routes of messages, with the customer's senders before them. */
export function withCodeSenders<Routes extends MessageRoutes>(
  options: CodeSenderOptions,
  routes: Routes,
): Routes {
  return {
    ...routes,
    senderOf(pool, medium) {
      const which = configured(pool, SENDERS[medium].name)
      if (which === undefined) return routes.senderOf(pool, medium)
      const labels = { medium, transport: 'function' }
      return observedSender(senderTo(options, which), labels, options)
    },
  }
}

function senderTo(options: CodeSenderOptions, which: Configured): MessageSender {
  return {
    async send(pool, message, origin) {
      // A function gets events about users; `twinpool triggers test` calls it with any other.
      if (origin === undefined) throw new DeliveryError(`${which.name} is sent no test message`)
      const event = await senderEvent(options, pool, { which, message, origin })
      const { arn } = which.called
      const outcome = await options.functions.notify(arn, JSON.stringify(event))
      if (outcome.kind === 'returned') return
      // What the function says of itself stays out of the log.
      const why = outcome.kind === 'failed' ? outcome.reason : 'it threw'
      throw new DeliveryError(`${which.name} did not take a message: ${why}`)
    },
  }
}

async function senderEvent(
  options: CodeSenderOptions,
  pool: Pool,
  sent: {
    readonly which: Configured
    readonly message: Message
    readonly origin: MessageOrigin
  },
) {
  const { which, message, origin } = sent
  const { client, request, user } = origin
  const { code } = message
  const { name, type } = SENDERS[message.medium]
  const call = {
    event: { pool, client, request },
    source: `${name}_${message.reason}`,
    userName: user.username,
    request: {
      type,
      ...(code === undefined ? {} : { code: await encrypted(options, pool, shown(message, code)) }),
      ...metadataOf(request),
      userAttributes: userAttributes(pool, user),
    },
    response: {},
  }
  return functionEvent(call, which.called.version)
}

// Cognito: developer guide, "Custom sender Lambda triggers", 2026: characters of temporary
// passwords that mean something in HTML are escaped.
function shown({ reason }: Message, code: string): string {
  if (reason !== 'AdminCreateUser') return code
  const escapes: Readonly<Record<string, string>> = {
    '&': '&amp;',
    '<': '&lt;',
    '>': '&gt;',
    '"': '&quot;',
    "'": '&#39;',
  }
  return code.replaceAll(/[&<>"']/g, (character) => escapes[character] ?? character)
}

/** Base64 of a message of the AWS Encryption SDK. */
async function encrypted(
  { codeKeys, accountId, random }: CodeSenderOptions,
  pool: Pool,
  code: string,
): Promise<string> {
  const keyArn = pool.regionalSettings.lambdaConfig?.kMSKeyID
  if (keyArn === undefined) throw new DeliveryError('a custom sender has no KMSKeyID')
  const context = { 'userpool-id': pool.id }
  const arn = poolArn({ region: pool.region, accountId }, pool.id)
  try {
    const dataKey = await codeKeys.generateCodeKey(keyArn, { arn, context })
    const messageId = random.bytes(MESSAGE_ID_BYTES)
    const options = { dataKey: { ...dataKey, keyArn }, context, messageId }
    return Buffer.from(encryptionSdkMessage(utf8(code), options)).toString('base64')
  } catch (cause) {
    if (!(cause instanceof KeyRefusedError)) throw cause
    throw new DeliveryError('the key of a custom sender refuses', { cause })
  }
}
