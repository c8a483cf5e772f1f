// Rules between the settings of messages, of exported events and of risks: a transport has an
// address, addresses are URLs of their kind, and there is one source of places.
import type { MembersOf } from './settings.js'
import { ConfigError } from './values.js'

/** Throws ConfigError when the settings of messages do not go together. */
export function requireMessageSettings({ messages }: MembersOf<'serve'>): void {
  const { email, sms, smtpUrl, smsHookUrl, sesEndpoint, snsEndpoint } = messages
  if (email === 'smtp' && smtpUrl === undefined) {
    throw new ConfigError('The setting messages.email is smtp, and messages.smtpUrl is missing.')
  }
  if (sms === 'http' && smsHookUrl === undefined) {
    throw new ConfigError('The setting messages.sms is http, and messages.smsHookUrl is missing.')
  }
  requireUrl('messages.smtpUrl', smtpUrl, ['smtp:', 'smtps:'])
  requireUrl('messages.smsHookUrl', smsHookUrl, ['http:', 'https:'])
  requireUrl('messages.sesEndpoint', sesEndpoint, ['http:', 'https:'])
  requireUrl('messages.snsEndpoint', snsEndpoint, ['http:', 'https:'])
}

/** Throws ConfigError when the settings of exported events do not go together. */
export function requireLogSettings({ logDelivery }: MembersOf<'serve'>): void {
  const { to, awsEndpoint, directory, httpUrl } = logDelivery
  if (to === 'file' && directory === undefined) {
    throw new ConfigError(
      'The setting logDelivery.to is file, and logDelivery.directory is missing.',
    )
  }
  if (to === 'http' && httpUrl === undefined) {
    throw new ConfigError('The setting logDelivery.to is http, and logDelivery.httpUrl is missing.')
  }
  requireUrl('logDelivery.httpUrl', httpUrl, ['http:', 'https:'])
  requireUrl('logDelivery.awsEndpoint', awsEndpoint, ['http:', 'https:'])
}

/** Throws ConfigError when there are two sources of places. */
export function requireRiskSettings({ risk }: MembersOf<'serve'>): void {
  if (risk.locationsFile === undefined || risk.locationsModule === undefined) return
  throw new ConfigError(
    'Of the settings risk.locationsFile and risk.locationsModule one is enough.',
  )
}

function requireUrl(
  path: string,
  value: string | undefined,
  protocols: readonly [string, string],
): void {
  if (value === undefined) return
  const url = value.replaceAll('{region}', 'us-west-2').replaceAll('{service}', 'logs')
  if (URL.canParse(url) && protocols.includes(new URL(url).protocol)) return
  const [first, second] = protocols.map((protocol) => `${protocol}//`)
  throw new ConfigError(`The setting ${path} must be a URL that begins with ${first} or ${second}.`)
}
