// Conditions of policies. A key that is not in the table below is one whose value we could never
// know, and a statement that depends on it would silently mean something else than its author
// wanted: a Deny would not deny. So such a document is refused when it is put. A known key that a
// request does not have is absent, which operators treat as IAM does: positive ones do not match,
// negated ones and `...IfExists` do.
// IAM user guide, "Condition operators" and "Multivalued context keys"; KMS developer guide,
// "Condition keys", 2026.
import { isObject } from '#base/json.js'
import { PolicyProblem } from './policy-problem.js'
import { matchesArn, matchesWildcard } from './wildcard.js'

/** Values of a request by condition key, in small letters. A missing key is absent. */
export type ConditionValues = ReadonlyMap<string, readonly string[]>

/** Collects the values of one request. */
export class ConditionValueMap extends Map<string, string[]> {
  /** Adds a value of a key; undefined is no value. */
  add(key: string, value: string | undefined): void {
    if (value === undefined) return
    const lowerKey = key.toLowerCase()
    const list = this.get(lowerKey)
    if (list === undefined) this.set(lowerKey, [value])
    else list.push(value)
  }
}

/** What every request has: its Region, its account, its caller and where it came from. */
export interface RequestOrigin {
  readonly region: string
  readonly accountId: string
  /** Undefined for a service, which is no caller of the account. */
  readonly principalArn: string | undefined
  readonly sourceIp: string | undefined
}

/** The values that every request has. */
export function originValues(origin: RequestOrigin): ConditionValueMap {
  const values = new ConditionValueMap()
  values.add('aws:PrincipalAccount', origin.accountId)
  values.add('aws:PrincipalArn', origin.principalArn)
  values.add('aws:PrincipalIsAWSService', String(origin.principalArn === undefined))
  values.add('aws:RequestedRegion', origin.region)
  values.add('aws:SourceIp', origin.sourceIp)
  return values
}

/** A condition that was read: whether it holds for a request's values. */
export type Condition = (values: ConditionValues) => boolean

const KNOWN_KEYS = new Set([
  'aws:principalaccount',
  'aws:principalarn',
  'aws:principalisawsservice',
  'aws:requestedregion',
  'aws:sourceaccount',
  'aws:sourcearn',
  'aws:sourceip',
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
const KNOWN_PREFIX = 'kms:encryptioncontext:'
const TAG_KEY = /^aws:(?:tagkeys$|resourcetag\/|requesttag\/)/

/** What the policy is of decides which keys are known. */
export interface ConditionOptions {
  /**
   * Whether tags are known. A key policy knows those of the key and of the request; identity
   * policies are also about user pools, whose tags have not been read when they are asked.
   */
  readonly hasTags: boolean
}

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
export function readCondition(given: unknown, options: ConditionOptions): Condition {
  const conditions: Condition[] = []
  for (const [operator, keys] of entriesOf(given, 'Condition')) {
    for (const [key, wanted] of entriesOf(keys, operator)) {
      if (!isKnown(key.toLowerCase(), options)) {
        throw new PolicyProblem(`The condition key ${key} is not supported.`)
      }
      conditions.push(readOne(operator, key, valuesOf(key, wanted)))
    }
  }
  return (values) => conditions.every((holds) => holds(values))
}

function isKnown(key: string, { hasTags }: ConditionOptions): boolean {
  return KNOWN_KEYS.has(key) || key.startsWith(KNOWN_PREFIX) || (hasTags && TAG_KEY.test(key))
}

function readOne(name: string, key: string, wanted: readonly string[]): Condition {
  const lowerKey = key.toLowerCase()
  if (name === 'Null') return readNull(lowerKey, wanted)
  const [, set, operatorName = '', ifExists] = OPERATOR_FORM.exec(name) ?? []
  const operator = Object.hasOwn(OPERATORS, operatorName) ? OPERATORS[operatorName] : undefined
  if (operator === undefined) {
    throw new PolicyProblem(`The condition operator ${name} is not supported.`)
  }
  if (operatorName.startsWith('Numeric') && wanted.some((value) => !isNumber(value))) {
    throw new PolicyProblem(`${name} of ${key} needs numbers.`)
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
    throw new PolicyProblem(`Null of ${key} must be true or false.`)
  }
  return (values) => wanted.includes(String((values.get(key) ?? []).length === 0))
}

function isNumber(text: string): boolean {
  return text.trim() !== '' && Number.isFinite(Number(text))
}

function entriesOf(given: unknown, what: string): readonly (readonly [string, unknown])[] {
  if (!isObject(given)) throw new PolicyProblem(`${what} must be a JSON object.`)
  const entries = Object.entries(given)
  if (entries.length === 0) throw new PolicyProblem(`${what} must not be empty.`)
  return entries
}

function valuesOf(key: string, wanted: unknown): readonly string[] {
  const list: readonly unknown[] = Array.isArray(wanted) ? wanted : [wanted]
  const values = list.map((value) => {
    if (typeof value === 'boolean' || typeof value === 'number') return String(value)
    if (typeof value === 'string') return withoutVariables(key, value)
    throw new PolicyProblem(`The values of ${key} must be text, numbers or booleans.`)
  })
  if (values.length === 0) throw new PolicyProblem(`${key} has no values.`)
  return values
}

function withoutVariables(key: string, value: string): string {
  if (!value.includes('${')) return value
  throw new PolicyProblem(`Policy variables are not supported, in the value of ${key}.`)
}
