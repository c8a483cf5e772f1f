// The file of a user import: UTF-8 lines, a header that names each column, values between commas. A
// comma of a value has a backslash before it; quotes mean nothing.
// Cognito: developer guide, "Importing users into user pools from a CSV file", 2026.
import type { SchemaAttribute } from '../pool/structures.js'

/** Columns that are no attributes: the user's name. */
export const USERNAME = 'cognito:username'
/** Whether the user has a second factor, by SMS. */
export const MFA_ENABLED = 'cognito:mfa_enabled'
/** The hash of the user's password, where there is one. */
export const PASSWORD_HASH = 'password_hash'

/** The standard columns in the order of the service's header. */
const STANDARD = [
  'name',
  'given_name',
  'family_name',
  'middle_name',
  'nickname',
  'preferred_username',
  'profile',
  'picture',
  'website',
  'email',
  'email_verified',
  'gender',
  'birthdate',
  'zoneinfo',
  'locale',
  'phone_number',
  'phone_number_verified',
  'address',
  'updated_at',
  MFA_ENABLED,
  USERNAME,
] as const

/** Of what the file itself says, in a message that is stored. */
const SHOWN_LENGTH_MAX = 50
const BYTE_ORDER_MARK = '\uFEFF'

/** The columns of the pool's files: standard ones, its custom attributes, the password's hash. */
export function headerOf(schema: readonly Pick<SchemaAttribute, 'name'>[]): readonly string[] {
  const custom = schema.map(({ name }) => name).filter((name) => name.includes(':'))
  return [...STANDARD, ...custom, PASSWORD_HASH]
}

/** The values of a line, without white space around them. */
export function fieldsOf(line: string): readonly string[] {
  if (!line.includes('\\')) return line.split(',').map((field) => field.trim())
  const fields: string[] = []
  let field = ''
  for (let at = 0; at < line.length; at += 1) {
    const next = line[at + 1]
    if (line[at] === '\\' && (next === ',' || next === '\\')) {
      field += next
      at += 1
    } else if (line[at] === ',') {
      fields.push(field.trim())
      field = ''
    } else field += line[at]
  }
  return [...fields, field.trim()]
}

/** The columns of a file, or why it has none. */
export type ParsedHeader =
  | { readonly kind: 'header'; readonly columns: readonly string[] }
  | { readonly kind: 'problem'; readonly problem: string }

/** The columns of a file in its own order, or what is wrong with its first line. */
export function parseHeader(
  line: string,
  { wanted, hasHashes }: { readonly wanted: readonly string[]; readonly hasHashes: boolean },
): ParsedHeader {
  if (line.startsWith(BYTE_ORDER_MARK)) {
    return problem('The CSV file must be encoded as UTF-8 without a byte order mark.')
  }
  const columns = fieldsOf(line)
  const missing = wanted.find(
    (name) => !columns.includes(name) && (name !== PASSWORD_HASH || hasHashes),
  )
  if (missing !== undefined) return problem(`The CSV header does not have the column ${missing}.`)
  const unknown = columns.find((name) => !wanted.includes(name))
  if (unknown !== undefined) {
    const shown = unknown.replaceAll(/\p{C}/gu, '\uFFFD').slice(0, SHOWN_LENGTH_MAX)
    return problem(`The CSV header has a column that the user pool does not: ${shown}.`)
  }
  const twice = columns.find((name, index) => columns.indexOf(name) !== index)
  if (twice !== undefined) return problem(`The CSV header has the column ${twice} twice.`)
  return { kind: 'header', columns }
}

function problem(text: string): ParsedHeader {
  return { kind: 'problem', problem: text }
}
