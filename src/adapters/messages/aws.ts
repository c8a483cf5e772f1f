// Email by Amazon SES and text messages by Amazon SNS, through their SDKs, which are loaded at the
// first use. The node calls with its own credentials, in the Region that the pool's settings name.
// Neither service can be asked twice for one message: so the SDK does not retry, and only what the
// service said it did not take, or what never reached it, is tried again.
import type { SESv2Client } from '@aws-sdk/client-sesv2'
import type { SNSClient } from '@aws-sdk/client-sns'
import { emailSenderOf, smsSenderOf } from '#domain/message/senders.js'
import { boundedSender, type Carry, TransportError, type TransportLimits } from './bounded.js'

/** How the services are reached. */
export interface AwsOptions extends TransportLimits {
  readonly region: string
  /** Another endpoint than that of AWS. */
  readonly endpoint: string | undefined
  /** Otherwise the SDK finds them, in the environment or from the machine's role. */
  readonly credentials?: { readonly accessKeyId: string; readonly secretAccessKey: string }
}

const THROTTLED = new Set(['TooManyRequestsException', 'ThrottlingException', 'Throttling'])
const UNREACHED = new Set(['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'EHOSTUNREACH'])

export function createSesSender(options: AwsOptions & { readonly defaultFrom: string }) {
  const clients = perRegion<SESv2Client>()
  const carry: Carry = async (pool, message, signal) => {
    const sender = emailSenderOf(pool.regionalSettings.emailConfiguration, options.defaultFrom)
    const { SESv2Client, SendEmailCommand } = await import('@aws-sdk/client-sesv2')
    const region = sender.identityRegion ?? options.region
    const client = clients.of(region, () => new SESv2Client(configOf(options, region)))
    const { replyTo } = sender
    const command = new SendEmailCommand({
      FromEmailAddress: sender.from,
      ...(sender.identityArn !== undefined && {
        FromEmailAddressIdentityArn: sender.identityArn,
      }),
      Destination: { ToAddresses: [message.destination] },
      ...(replyTo !== undefined && { ReplyToAddresses: [replyTo] }),
      ConfigurationSetName: sender.configurationSet,
      Content: {
        Simple: {
          Subject: { Data: message.subject ?? '', Charset: 'UTF-8' },
          Body: { Html: { Data: message.body, Charset: 'UTF-8' } },
        },
      },
    })
    await asked('Amazon SES', () => client.send(command, { abortSignal: signal }))
  }
  return { sender: boundedSender(carry, options), close: clients.close }
}

export function createSnsSender(options: AwsOptions) {
  const clients = perRegion<SNSClient>()
  const carry: Carry = async (pool, message, signal) => {
    const { region = options.region } = smsSenderOf(pool.regionalSettings.smsConfiguration)
    const { SNSClient, PublishCommand } = await import('@aws-sdk/client-sns')
    const client = clients.of(region, () => new SNSClient(configOf(options, region)))
    const command = new PublishCommand({
      PhoneNumber: message.destination,
      Message: message.body,
      MessageAttributes: {
        'AWS.SNS.SMS.SMSType': { DataType: 'String', StringValue: 'Transactional' },
      },
    })
    await asked('Amazon SNS', () => client.send(command, { abortSignal: signal }))
  }
  return { sender: boundedSender(carry, options), close: clients.close }
}

function configOf(options: AwsOptions, region: string) {
  const { endpoint, credentials, timeoutMs, concurrentMax } = options
  return {
    region,
    maxAttempts: 1,
    requestHandler: {
      connectionTimeout: timeoutMs,
      requestTimeout: timeoutMs,
      httpAgent: { keepAlive: true, maxSockets: concurrentMax },
      httpsAgent: { keepAlive: true, maxSockets: concurrentMax },
    },
    ...(endpoint !== undefined && { endpoint: endpoint.replaceAll('{region}', region) }),
    ...(credentials !== undefined && { credentials }),
  }
}

async function asked(service: string, ask: () => Promise<unknown>): Promise<void> {
  try {
    await ask()
  } catch (cause) {
    const { name = '', code = '' } = cause as { name?: string; code?: string }
    const isSafeToRetry = THROTTLED.has(name) || UNREACHED.has(code)
    throw new TransportError(`${service} did not take a message`, { cause, isSafeToRetry })
  }
}

/** A client for each Region that pools name, made when it is first asked for. */
function perRegion<C extends { destroy(): void }>() {
  const clients = new Map<string, C>()
  return {
    of(region: string, make: () => C): C {
      const client = clients.get(region) ?? make()
      clients.set(region, client)
      return client
    },
    close() {
      for (const client of clients.values()) client.destroy()
      clients.clear()
    },
  }
}
