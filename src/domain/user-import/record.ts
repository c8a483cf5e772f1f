// One line of a user import: the user that it describes, or why it is none.
// Cognito: developer guide, "Importing users into user pools from a CSV file", 2026.

import { type HashAlgorithm, hashWorkOf, type PasswordHash } from '../credential/password-hash.js'
import type { GlobalSettings } from '../pool/settings.js'
import { fieldsOf, MFA_ENABLED, PASSWORD_HASH, USERNAME } from './csv.js'

const LINE_LENGTH_MAX = 16_000
const VALUE_LENGTH_MAX = 2048
// Cognito: API reference, AdminCreateUser (Username), 2026.
const USERNAME_FORM = /^[\p{L}\p{M}\p{S}\p{N}\p{P}]{1,128}$/u
const BIRTHDATE = /^(0[1-9]|1[0-2])\/(0[1-9]|[12]\d|3[01])\/\d{4}$/
const FLAGS: readonly string[] = ['email_verified', 'phone_number_verified']

/** A user as a line has it. */
export interface ImportRecord {
  readonly kind: 'record'
  readonly username: string
  readonly attributes: Readonly<Record<string, string>>
  readonly isMfaEnabled: boolean
  readonly passwordHash: PasswordHash | undefined
}

type Outcome = ImportRecord | { readonly kind: 'problem'; readonly problem: string }

/** The settings of a pool that its imports depend on. */
export type ImportSettings = Pick<
  GlobalSettings,
  'autoVerifiedAttributes' | 'mfaConfiguration' | 'schemaAttributes' | 'usernameAttributes'
>

/** What the lines of a file are read by. */
export interface ImportFile {
  readonly columns: readonly string[]
  /** Without one, what stands in the column of hashes is left out. */
  readonly hashAlgorithm: HashAlgorithm | undefined
}

/** What a line says, by the columns of its file. */
export function recordOf(
  line: string,
  { columns, hashAlgorithm }: ImportFile,
  settings: ImportSettings,
): Outcome {
  if (line.length > LINE_LENGTH_MAX) {
    return problem(`The User Record is longer than ${LINE_LENGTH_MAX} characters.`)
  }
  const fields = fieldsOf(line)
  if (fields.length !== columns.length) {
    return problem('The number of values does not match the number of columns in the header.')
  }
  const values = new Map<string, string>()
  for (const [index, name] of columns.entries()) {
    const value = fields[index] ?? ''
    if (value !== '') values.set(name, value)
  }
  const wrong = formProblem(values) ?? requiredProblem(values, settings)
  if (wrong !== undefined) return problem(wrong)
  const mfa = mfaOf(values, settings)
  if (typeof mfa === 'string') return problem(mfa)
  if (!settings.autoVerifiedAttributes.some((name) => isTrue(values.get(`${name}_verified`)))) {
    return problem(
      'The User Record does not set any of the auto verified attributes to true. ' +
        '(Example: email_verified to true).',
    )
  }
  const username = nameOf(values, settings)
  if (username === undefined) return problem('The User Record does not have a user name.')
  if (!USERNAME_FORM.test(username)) {
    return problem('The user name has more than 128 characters, or ones that it must not have.')
  }
  const passwordHash = hashOf(values, hashAlgorithm)
  if (typeof passwordHash === 'string') return problem(passwordHash)
  return {
    kind: 'record',
    username,
    attributes: attributesOf(values),
    isMfaEnabled: mfa,
    passwordHash,
  }
}

/** The hash of the password, if there is one, or what is wrong with it. */
function hashOf(
  values: ReadonlyMap<string, string>,
  algorithm: HashAlgorithm | undefined,
): PasswordHash | string | undefined {
  const text = values.get(PASSWORD_HASH)
  if (text === undefined || algorithm === undefined) return undefined
  const hash = { algorithm, text }
  const work = hashWorkOf(hash)
  if (work === 'malformed') return `The password hash is not a valid ${algorithm} hash.`
  return work === 'too-costly' ? `The cost of the ${algorithm} password hash is too high.` : hash
}

function formProblem(values: ReadonlyMap<string, string>): string | undefined {
  for (const [name, { length }] of values) {
    if (length > VALUE_LENGTH_MAX) {
      return `The value of ${name} is longer than ${VALUE_LENGTH_MAX} characters.`
    }
  }
  const birthdate = values.get('birthdate')
  if (birthdate !== undefined && !BIRTHDATE.test(birthdate)) {
    return 'The birthdate must be of the form mm/dd/yyyy.'
  }
  const flag = [...FLAGS, MFA_ENABLED].find((name) => !isFlag(values.get(name)))
  return flag === undefined ? undefined : `The value of ${flag} must be TRUE or FALSE.`
}

function requiredProblem(
  values: ReadonlyMap<string, string>,
  { schemaAttributes }: ImportSettings,
): string | undefined {
  const missing = schemaAttributes.find(
    ({ name, required }) => required && name !== 'sub' && !values.has(name),
  )
  return missing && `The User Record does not have the required attribute ${missing.name}.`
}

function mfaOf(
  values: ReadonlyMap<string, string>,
  { mfaConfiguration }: ImportSettings,
): boolean | string {
  const isEnabled = isTrue(values.get(MFA_ENABLED))
  if (isEnabled && mfaConfiguration === 'OFF') {
    return 'MFA cannot be enabled for a user of a user pool without MFA.'
  }
  if (!isEnabled && mfaConfiguration === 'ON') {
    return 'MFA must be enabled for each user of a user pool that requires MFA.'
  }
  return isEnabled && !values.has('phone_number') ? 'MFA requires a phone number.' : isEnabled
}

/** Where an address signs in, it may stand in its own column alone. */
function nameOf(
  values: ReadonlyMap<string, string>,
  { usernameAttributes }: ImportSettings,
): string | undefined {
  const address = usernameAttributes.map((name) => values.get(name)).find((value) => value)
  return values.get(USERNAME) ?? address
}

function attributesOf(values: ReadonlyMap<string, string>): Readonly<Record<string, string>> {
  const attributes: Record<string, string> = {}
  for (const [name, value] of values) {
    if (name === USERNAME || name === MFA_ENABLED || name === PASSWORD_HASH) continue
    attributes[name] = FLAGS.includes(name) ? value.toLowerCase() : value
  }
  return attributes
}

function isFlag(value: string | undefined): boolean {
  return value === undefined || /^(true|false)$/i.test(value)
}

function isTrue(value: string | undefined): boolean {
  return value?.toLowerCase() === 'true'
}

function problem(text: string): Outcome {
  return { kind: 'problem', problem: text }
}
