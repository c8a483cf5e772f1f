// Policies: of access keys (identity policies) and of KMS keys (resource policies, whose statements
// name principals). A call is allowed when a statement allows it and none denies it. What this
// evaluation does not know is refused when the policy is made: a statement that was read for less
// than it says could allow what its author denied.
// IAM user guide, "Policy evaluation logic" and "Condition"; KMS developer guide, "Key policies",
// 2026.
import { isObject, type JsonObject } from '#base/json.js'
import { type Condition, type ConditionValues, readCondition } from './conditions.js'
import { PolicyProblem } from './policy-problem.js'
import {
  type PrincipalMatcher,
  type Principals,
  readPrincipalName,
  strongest,
} from './principal.js'
import { matchesWildcard } from './wildcard.js'

/** Whether a call may go on, by identity policies. */
export type AccessDecision = 'allow' | 'explicit-deny' | 'implicit-deny'

/**
 * `direct`: the resource's policy allows this principal. `account`: it lets the account decide.
 * `none`: it says nothing. `deny`: it denies, and nothing else matters.
 */
export type ResourceDecision = 'direct' | 'account' | 'none' | 'deny'

/** What a call is about, by its ARN or as `*`. */
export interface Resource {
  readonly name: string
  /**
   * The same thing by another ARN: a user pool has one in each of its Regions. What keeps a caller
   * away from it there does so here: a Deny of it, and its exclusion by the NotResource of an
   * Allow. An Allow of it is none here.
   */
  readonly otherName?: string | undefined
}

/** What a policy is asked: may this action on this resource go on? */
export interface PolicyQuestion {
  /** `service:Name` */
  readonly action: string
  readonly resource: Resource
  /** Called when a condition asks, at most once. */
  readonly values: () => ConditionValues
}

/** What a policy decided. */
export interface ExplainedDecision {
  readonly decision: ResourceDecision
  /** Of the statement that denies; undefined where none does, or where it has none. */
  readonly denySid: string | undefined
}

/** A parsed policy document. */
export interface Policy {
  readonly statements: readonly Statement[]
}

interface Statement {
  readonly sid: string | undefined
  readonly effect: 'Allow' | 'Deny'
  readonly principal: PrincipalMatcher
  readonly matchesAction: (action: string) => boolean
  readonly matchesResource: (resource: Resource) => boolean
  readonly condition: Condition | undefined
}

type Matched = 'Action' | 'Resource'

/** What differs between the two kinds of documents. Messages are for the document's author. */
interface PolicyKind {
  readonly hasPrincipals: boolean
  readonly version: string
  unknownMember(member: string): string
  notText(member: string): string
  variable(member: string, text: string): string
  noService(action: string): string
}

const IDENTITY: PolicyKind = {
  hasPrincipals: false,
  version: 'The policy Version must be 2012-10-17.',
  unknownMember: (member) => `${member} is not supported in a Statement.`,
  notText: (member) => `${member} must be text or a list of texts.`,
  variable: (_member, text) => `Policy variables are not supported: ${text}`,
  noService: (action) => `An Action is * or begins with a service, as cognito-idp: ${action}`,
}

const RESOURCE: PolicyKind = {
  hasPrincipals: true,
  version: 'The Version must be 2012-10-17 or 2008-10-17.',
  unknownMember: (member) => `${member} is not supported in a statement.`,
  notText: (member) => `${member} must be text without variables, or a list of it.`,
  variable: (member) => RESOURCE.notText(member),
  noService: (action) => `The action ${action} does not name a service.`,
}

const VERSIONS: readonly unknown[] = ['2012-10-17', '2008-10-17', undefined]
const DOCUMENT_MEMBERS = new Set(['Version', 'Id', 'Statement'])
const SID = /^[\p{L}\p{N}\p{P}\p{S} ]{1,256}$/u
const PRINCIPAL_KINDS = ['AWS', 'Service'] as const
const STATEMENT_MEMBERS = new Set([
  'Sid',
  'Effect',
  'Action',
  'NotAction',
  'Resource',
  'NotResource',
  'Condition',
])

/** Parses the policy of an access key, given as JSON value. Throws PolicyProblem. */
export function parseIdentityPolicy(document: unknown): Policy {
  return parse(readObject(document, 'The policy'), IDENTITY)
}

/** Parses the policy of a KMS key, given as JSON text. Throws PolicyProblem. */
export function parseResourcePolicy(text: string): Policy {
  const document = readObject(parseJson(text), 'The policy')
  const unknown = Object.keys(document).find((member) => !DOCUMENT_MEMBERS.has(member))
  if (unknown !== undefined) {
    throw new PolicyProblem(`${unknown} is not supported in the policy.`)
  }
  return parse(document, RESOURCE)
}

/** Decides about a call of the one whose policy this is. */
export function evaluateIdentityPolicy(policy: Policy, question: PolicyQuestion): AccessDecision {
  const { decision } = evaluate(policy, question, { accountId: '' })
  if (decision === 'deny') return 'explicit-deny'
  return decision === 'none' ? 'implicit-deny' : 'allow'
}

/** Decides about a call on the resource whose policy this is. */
export function evaluateResourcePolicy(
  policy: Policy,
  question: PolicyQuestion & { readonly principals: Principals },
): ResourceDecision {
  return explainResourcePolicy(policy, question).decision
}

/** The same, with the statement that denies. */
export function explainResourcePolicy(
  policy: Policy,
  question: PolicyQuestion & { readonly principals: Principals },
): ExplainedDecision {
  return evaluate(policy, question, question.principals)
}

/** The Sids of the statements that allow something. */
export function allowSidsOf({ statements }: Policy): readonly string[] {
  return statements.flatMap(({ effect, sid }) => (effect === 'Allow' ? (sid ?? []) : []))
}

function evaluate(
  { statements }: Policy,
  { action, resource, values }: PolicyQuestion,
  principals: Principals,
): ExplainedDecision {
  let known: ConditionValues | undefined
  let decision: ResourceDecision = 'none'
  for (const statement of statements) {
    const { effect, principal, matchesAction, matchesResource, condition } = statement
    if (!matchesAction(action) || !matchesResource(resource)) continue
    const match = principal(principals)
    if (match === 'none') continue
    if (condition !== undefined) {
      known ??= values()
      if (!condition(known)) continue
    }
    if (effect === 'Deny') return { decision: 'deny', denySid: statement.sid }
    if (decision !== 'direct') decision = match
  }
  return { decision, denySid: undefined }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    throw new PolicyProblem('The policy is not valid JSON.')
  }
}

function parse(document: JsonObject, kind: PolicyKind): Policy {
  if (!VERSIONS.includes(document['Version'])) throw new PolicyProblem(kind.version)
  const given = document['Statement']
  const list: readonly unknown[] = Array.isArray(given) ? given : [given]
  if (given === undefined || list.length === 0) {
    throw new PolicyProblem('The policy has no Statement.')
  }
  return { statements: list.map((statement) => readStatement(statement, kind)) }
}

function readStatement(given: unknown, kind: PolicyKind): Statement {
  const statement = readObject(given, 'A Statement')
  const unknown = Object.keys(statement).find(
    (member) => !STATEMENT_MEMBERS.has(member) && !(kind.hasPrincipals && member === 'Principal'),
  )
  if (unknown !== undefined) throw new PolicyProblem(kind.unknownMember(unknown))
  const effect = statement['Effect']
  if (effect !== 'Allow' && effect !== 'Deny') {
    throw new PolicyProblem('A Statement needs the Effect Allow or Deny.')
  }
  const condition = statement['Condition']
  return {
    sid: readSid(statement['Sid']),
    effect,
    principal: kind.hasPrincipals ? readPrincipal(statement['Principal']) : () => 'direct',
    matchesAction: readMatcher(statement, 'Action', kind),
    matchesResource: matcherOfResource(statement, effect, kind),
    condition:
      condition === undefined
        ? undefined
        : readCondition(condition, { hasTags: kind.hasPrincipals }),
  }
}

/** A Sid decides nothing and is shown to people, so one that cannot be shown is none. */
function readSid(given: unknown): string | undefined {
  return typeof given === 'string' && SID.test(given) ? given : undefined
}

function readPrincipal(given: unknown): PrincipalMatcher {
  if (given === '*') return () => 'direct'
  const named = readObject(given, 'Principal')
  const unknown = Object.keys(named).find((name) => !PRINCIPAL_KINDS.some((kind) => kind === name))
  if (unknown !== undefined) {
    throw new PolicyProblem(`${unknown} is not supported in principal.`)
  }
  const matchers = PRINCIPAL_KINDS.filter((by) => named[by] !== undefined).flatMap((by) =>
    readTexts(named[by], 'Principal', RESOURCE).map((name) => readPrincipalName(by, name)),
  )
  if (matchers.length === 0) throw new PolicyProblem('Principal must not be empty.')
  return (principals) => strongest(matchers.map((match) => match(principals)))
}

function matcherOfResource(
  statement: JsonObject,
  effect: Statement['effect'],
  kind: PolicyKind,
): Statement['matchesResource'] {
  const matches = readMatcher(statement, 'Resource', kind)
  const isExclusion = statement['NotResource'] !== undefined
  return ({ name, otherName = name }) => {
    if (effect === 'Deny' && !isExclusion) return matches(name) || matches(otherName)
    if (effect === 'Allow' && isExclusion) return matches(name) && matches(otherName)
    return matches(name)
  }
}

/** Actions compare without case. */
function readMatcher(
  statement: JsonObject,
  member: Matched,
  kind: PolicyKind,
): (text: string) => boolean {
  const given = statement[member]
  const excepted = statement[`Not${member}`]
  if ((given === undefined) === (excepted === undefined)) {
    throw new PolicyProblem(`A Statement needs either ${member} or Not${member}.`)
  }
  const isNot = given === undefined
  const texts = readTexts(given ?? excepted, member, kind)
  if (member === 'Resource') {
    for (const text of texts) requireArn(text, kind)
    return (arn) => texts.some((pattern) => matchesWildcard(pattern, arn)) !== isNot
  }
  for (const text of texts) requireService(text, kind)
  const patterns = texts.map((text) => text.toLowerCase())
  return (action) => {
    const lower = action.toLowerCase()
    return patterns.some((pattern) => matchesWildcard(pattern, lower)) !== isNot
  }
}

function requireService(action: string, kind: PolicyKind): void {
  if (action === '*' || /^[a-z0-9-]+:./i.test(action)) return
  throw new PolicyProblem(kind.noService(action))
}

/** A key policy may name anything; what is not the key's ARN matches nothing. */
function requireArn(resource: string, kind: PolicyKind): void {
  if (resource === '*' || kind.hasPrincipals || resource.startsWith('arn:')) return
  throw new PolicyProblem(`A Resource is * or an ARN: ${resource}`)
}

function readTexts(given: unknown, member: string, kind: PolicyKind): readonly string[] {
  const list: readonly unknown[] = Array.isArray(given) ? given : [given]
  if (list.length === 0) throw new PolicyProblem(`${member} must not be empty.`)
  return list.map((text) => {
    if (typeof text !== 'string' || text === '') throw new PolicyProblem(kind.notText(member))
    if (text.includes('${')) throw new PolicyProblem(kind.variable(member, text))
    return text
  })
}

function readObject(given: unknown, what: string): JsonObject {
  if (!isObject(given)) throw new PolicyProblem(`${what} must be a JSON object.`)
  return given
}
