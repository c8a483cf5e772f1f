// What a pool says of who its messages come from (EmailConfiguration and SmsConfiguration, which
// are each Region's own). The settings are stored as they were given, so they are read with care.

const IDENTITY_ARN = /^arn:[\w-]+:ses:([\w-]+):\d{12}:identity\/(.+)$/

/** Who an email comes from. */
export interface EmailSender {
  /** The From header: an address, with a name before it if there is one. */
  readonly from: string
  readonly replyTo: string | undefined
  readonly configurationSet: string | undefined
  /** The identity of SES that the pool sends as, where the pool names one. */
  readonly identityArn: string | undefined
  /** The Region of that identity. */
  readonly identityRegion: string | undefined
  /** Whether the pool uses the service's own sender, which has a daily quota. */
  readonly isDefault: boolean
}

/** With which account and Region text messages are sent. */
export interface SmsSender {
  readonly region: string | undefined
  readonly callerArn: string | undefined
  readonly externalId: string | undefined
}

/** Reads EmailConfiguration; `defaultFrom` is who writes where the pool names nobody. */
export function emailSenderOf(configuration: unknown, defaultFrom: string): EmailSender {
  const text = textIn(configuration)
  const identityArn = text('sourceArn')
  const [, identityRegion, name] = IDENTITY_ARN.exec(identityArn ?? '') ?? []
  const named = name === undefined || name.includes('@') ? name : `no-reply@${name}`
  return {
    from: text('from') ?? named ?? defaultFrom,
    replyTo: text('replyToEmailAddress'),
    configurationSet: text('configurationSet'),
    identityArn,
    identityRegion,
    isDefault: text('emailSendingAccount') !== 'DEVELOPER',
  }
}

/** Reads SmsConfiguration. */
export function smsSenderOf(configuration: unknown): SmsSender {
  const text = textIn(configuration)
  return {
    region: text('snsRegion'),
    callerArn: text('snsCallerArn'),
    externalId: text('externalId'),
  }
}

/** What is wrong with an EmailConfiguration; undefined: nothing. */
export function emailConfigurationProblem(configuration: unknown): string | undefined {
  const text = textIn(configuration)
  const isDeveloper = text('emailSendingAccount') === 'DEVELOPER'
  const sourceArn = text('sourceArn')
  if (isDeveloper && sourceArn === undefined) {
    return 'SourceArn is required when EmailSendingAccount is DEVELOPER.'
  }
  if (sourceArn === undefined) return undefined
  if (IDENTITY_ARN.test(sourceArn)) return undefined
  return `${sourceArn} is not the ARN of an identity of Amazon SES.`
}

function textIn(configuration: unknown): (name: string) => string | undefined {
  const members = (configuration ?? {}) as Readonly<Record<string, unknown>>
  return (name) => {
    const value = members[name]
    return typeof value === 'string' && value !== '' ? value : undefined
  }
}
