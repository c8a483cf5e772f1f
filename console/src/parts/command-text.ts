// The AWS CLI command that does what a form of the console does.
import type { Call, Members } from '../api/client.js'

/** The name of an operation as the AWS CLI spells it: `set-user-mfa-preference`. */
export function commandName(operation: string): string {
  return operation
    .replace(/(.)([A-Z][a-z]+)/g, '$1-$2')
    .replace(/([a-z0-9])([A-Z])/g, '$1-$2')
    .toLowerCase()
}

/** A word for a POSIX shell. */
export function shellWord(text: string): string {
  return /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`
}

/** The members whose values are nobody's business in a history of a shell. */
const SECRET = /^(?:Password|TemporaryPassword|ClientSecret|SecretAccessKey)$/

/**
 * `aws cognito-idp …` or `aws kms …` against a Region's endpoint. Operations of Twinpool itself
 * have commands of `twinpool`, which their forms name.
 */
export function awsCommand(
  { service, operation, input }: Call,
  { region, endpoint }: { readonly region: string; readonly endpoint: string },
): string {
  const where = ['--region', shellWord(region), '--endpoint-url', shellWord(endpoint)]
  const words = ['aws', service, commandName(operation), ...where]
  const json = JSON.stringify(withoutSecrets(input))
  return json === '{}' ? words.join(' ') : `${words.join(' ')} --cli-input-json ${shellWord(json)}`
}

function withoutSecrets(input: Members): Members {
  const entries = Object.entries(input).filter(([, value]) => value !== undefined)
  return Object.fromEntries(
    entries.map(([name, value]) => [name, SECRET.test(name) ? `<${name}>` : value]),
  )
}
