// Conditions of key policies. A key that is not in the table below is one whose value we could
// never know, and a statement that depends on it would silently mean something else than its author
// wanted: a Deny would not deny. So such a document is refused when it is put.
// IAM user guide, "Condition operators" and "Multivalued context keys"; KMS developer guide,
// "Condition keys", 2026.
import { matchesArn, matchesWildcard } from './wildcard.js'

/** Values of a request by condition key, in small letters. A missing key is absent. */
export type ConditionValues = ReadonlyMap<string, readonly string[]>

/** The document is not one that can be evaluated here. The message is for its author. */
export class PolicyDocumentProblem extends Error {
  override readonly name = 'PolicyDocumentProblem'
}

export type Condition = (values: ConditionValues) => boolean

const KNOWN_KEYS = new Set([
  'aws:principalaccount',
  'aws:principalarn',
  'aws:principalisawsservice',
  'aws:requestedregion',
  'aws:sourceaccount',
  'aws:sourcearn',
  'aws:sourceip',
  'aws:tagkeys',
  'kms:bypasspolicylockoutsafetycheck',
  'kms:calleraccount',
  'kms:customermasterkeyspec',
  'kms:customermasterkeyusage',
  'kms:encryptionalgorithm',
  'kms:encryptioncontextkeys',
  'kms:keyorigin',
  'kms:keyspec',
  'kms:keyusage',
  'kms:multiregion',
  'kms:multiregionkeytype',
  'kms:primaryregion',
  'kms:replicaregion',
  'kms:requestalias',
  'kms:schedulekeydeletionpendingwindowindays',
  'kms:viaservice',
  // There are no grants here, so these are absent from every request, and that is their true value.
  'kms:grantconstrainttype',
  'kms:granteeprincipal',
  'kms:grantisforawsresource',
  'kms:grantoperations',
])
const KNOWN_PREFIXES = ['kms:encryptioncontext:', 'aws:resourcetag/', 'aws:requesttag/']

interface Operator {
  readonly isNegated: boolean
  matches(wanted: string, value: string): boolean
}

const equal = (wanted: string, value: string) => wanted === value
const equalIgnoringCase = (wanted: string, value: string) =>
  wanted.toLowerCase() === value.toLowerCase()
const positive = (matches: Operator['matches']): Operator => ({ isNegated: false, matches })
const negative = (matches: Operator['matches']): Operator => ({ isNegated: true, matches })
const numeric = (holds: (value: number, wanted: number) => boolean): Operator['matches'] => {
  return (wanted, value) => holds(Number(value), Number(wanted))
}

const OPERATORS: Readonly<Record<string, Operator>> = {
  StringEquals: positive(equal),
  StringNotEquals: negative(equal),
  StringEqualsIgnoreCase: positive(equalIgnoringCase),
  StringNotEqualsIgnoreCase: negative(equalIgnoringCase),
  StringLike: positive(matchesWildcard),
  StringNotLike: negative(matchesWildcard),
  ArnEquals: positive(matchesArn),
  ArnLike: positive(matchesArn),
  ArnNotEquals: negative(matchesArn),
  ArnNotLike: negative(matchesArn),
  Bool: positive(equalIgnoringCase),
  NumericEquals: positive(numeric((value, wanted) => value === wanted)),
  NumericNotEquals: negative(numeric((value, wanted) => value === wanted)),
  NumericLessThan: positive(numeric((value, wanted) => value < wanted)),
  NumericLessThanEquals: positive(numeric((value, wanted) => value <= wanted)),
  NumericGreaterThan: positive(numeric((value, wanted) => value > wanted)),
  NumericGreaterThanEquals: positive(numeric((value, wanted) => value >= wanted)),
}

const OPERATOR_FORM = /^(?:(ForAnyValue|ForAllValues):)?([A-Za-z]+?)(IfExists)?$/

/** Reads the Condition of a statement: all of its operators and keys must hold. */
export function readCondition(given: unknown): Condition {
  const conditions: Condition[] = []
  for (const [operator, keys] of entriesOf(given, 'Condition')) {
    for (const [key, wanted] of entriesOf(keys, operator)) {
      conditions.push(readOne(operator, key, valuesOf(key, wanted)))
    }
  }
  return (values) => conditions.every((holds) => holds(values))
}

function readOne(name: string, key: string, wanted: readonly string[]): Condition {
  const lowerKey = key.toLowerCase()
  if (!KNOWN_KEYS.has(lowerKey) && !KNOWN_PREFIXES.some((prefix) => lowerKey.startsWith(prefix))) {
    throw new PolicyDocumentProblem(`The condition key ${key} is not supported.`)
  }
  if (name === 'Null') return readNull(lowerKey, wanted)
  const [, set, operatorName = '', ifExists] = OPERATOR_FORM.exec(name) ?? []
  const operator = Object.hasOwn(OPERATORS, operatorName) ? OPERATORS[operatorName] : undefined
  if (operator === undefined) {
    throw new PolicyDocumentProblem(`The condition operator ${name} is not supported.`)
  }
  if (operatorName.startsWith('Numeric') && wanted.some((value) => !isNumber(value))) {
    throw new PolicyDocumentProblem(`${name} of ${key} needs numbers.`)
  }
  const { isNegated } = operator
  const isMatch = (value: string) => wanted.some((each) => operator.matches(each, value))
  const holds = (value: string) => isMatch(value) !== isNegated
  return (values) => {
    const given = values.get(lowerKey) ?? []
    if (given.length === 0) {
      return ifExists !== undefined || set === 'ForAllValues' || (isNegated && set === undefined)
    }
    if (set === 'ForAllValues') return given.every(holds)
    if (set === 'ForAnyValue') return given.some(holds)
    return given.some(isMatch) !== isNegated
  }
}

function readNull(key: string, wanted: readonly string[]): Condition {
  if (wanted.some((value) => value !== 'true' && value !== 'false')) {
    throw new PolicyDocumentProblem(`Null of ${key} must be true or false.`)
  }
  return (values) => wanted.includes(String((values.get(key) ?? []).length === 0))
}

function isNumber(text: string): boolean {
  return text.trim() !== '' && Number.isFinite(Number(text))
}

function entriesOf(given: unknown, what: string): readonly (readonly [string, unknown])[] {
  if (typeof given !== 'object' || given === null || Array.isArray(given)) {
    throw new PolicyDocumentProblem(`${what} must be a JSON object.`)
  }
  const entries = Object.entries(given)
  if (entries.length === 0) throw new PolicyDocumentProblem(`${what} must not be empty.`)
  return entries
}

function valuesOf(key: string, wanted: unknown): readonly string[] {
  const list: readonly unknown[] = Array.isArray(wanted) ? wanted : [wanted]
  const values = list.map((value) => {
    if (typeof value === 'boolean' || typeof value === 'number') return String(value)
    if (typeof value === 'string') return withoutVariables(key, value)
    throw new PolicyDocumentProblem(`The values of ${key} must be text, numbers or booleans.`)
  })
  if (values.length === 0) throw new PolicyDocumentProblem(`${key} has no values.`)
  return values
}

function withoutVariables(key: string, value: string): string {
  if (!value.includes('${')) return value
  throw new PolicyDocumentProblem(`Policy variables are not supported, in the value of ${key}.`)
}
