// Policies of the API's own callers. A call is allowed when a statement allows it and none denies
// it. IAM user guide, "Policy evaluation logic", 2026. What this evaluation does not know
// (conditions, policy variables) is refused when the policy is made: a statement that was read for
// less than it says could allow what its author denied.
import { matchesWildcard } from './wildcard.js'

/** Whether a call may go on. */
export type AccessDecision = 'allow' | 'explicit-deny' | 'implicit-deny'

interface Statement {
  readonly effect: 'Allow' | 'Deny'
  readonly matchesAction: (action: string) => boolean
  readonly matchesResource: (resource: Resource) => boolean
}

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

/** A parsed policy document. */
export interface Policy {
  readonly statements: readonly Statement[]
}

const STATEMENT_MEMBERS = new Set([
  'Sid',
  'Effect',
  'Action',
  'NotAction',
  'Resource',
  'NotResource',
])

/** The document cannot be a policy here. The message is for its author. */
export class PolicyProblem extends Error {
  override readonly name = 'PolicyProblem'
}

/** Parses a policy document given as JSON value. Throws PolicyProblem for what has no meaning. */
export function parsePolicy(document: unknown): Policy {
  if (!isObject(document)) throw new PolicyProblem('The policy must be a JSON object.')
  const version = document['Version']
  if (version !== undefined && version !== '2012-10-17' && version !== '2008-10-17') {
    throw new PolicyProblem('The policy Version must be 2012-10-17.')
  }
  const given = document['Statement']
  const list = Array.isArray(given) ? given : [given]
  if (given === undefined || list.length === 0) {
    throw new PolicyProblem('The policy has no Statement.')
  }
  return { statements: list.map(readStatement) }
}

/** Decides about an action (`service:Name`) on a resource. */
export function evaluatePolicy(policy: Policy, action: string, resource: Resource): AccessDecision {
  let isAllowed = false
  for (const statement of policy.statements) {
    if (!statement.matchesAction(action) || !statement.matchesResource(resource)) continue
    if (statement.effect === 'Deny') return 'explicit-deny'
    isAllowed = true
  }
  return isAllowed ? 'allow' : 'implicit-deny'
}

function readStatement(statement: unknown): Statement {
  if (!isObject(statement)) throw new PolicyProblem('A Statement must be a JSON object.')
  for (const member of Object.keys(statement)) {
    if (!STATEMENT_MEMBERS.has(member)) {
      throw new PolicyProblem(`${member} is not supported in a Statement.`)
    }
  }
  const effect = statement['Effect']
  if (effect !== 'Allow' && effect !== 'Deny') {
    throw new PolicyProblem('A Statement needs the Effect Allow or Deny.')
  }
  return {
    effect,
    matchesAction: readMatcher(statement, 'Action'),
    matchesResource: matcherOfResource(statement, effect),
  }
}

function matcherOfResource(
  statement: Readonly<Record<string, unknown>>,
  effect: Statement['effect'],
): Statement['matchesResource'] {
  const matches = readMatcher(statement, 'Resource')
  const isExclusion = statement['NotResource'] !== undefined
  return ({ name, otherName = name }) => {
    if (effect === 'Deny' && !isExclusion) return matches(name) || matches(otherName)
    if (effect === 'Allow' && isExclusion) return matches(name) && matches(otherName)
    return matches(name)
  }
}

function readMatcher(
  statement: Readonly<Record<string, unknown>>,
  member: 'Action' | 'Resource',
): (text: string) => boolean {
  const given = statement[member]
  const excepted = statement[`Not${member}`]
  if ((given === undefined) === (excepted === undefined)) {
    throw new PolicyProblem(`A Statement needs either ${member} or Not${member}.`)
  }
  const value = given ?? excepted
  const list: readonly unknown[] = Array.isArray(value) ? value : [value]
  if (list.length === 0) throw new PolicyProblem(`${member} must not be empty.`)
  const patterns = list.map((pattern) => readPattern(pattern, member))
  const foldsCase = member === 'Action'
  const matches = (text: string) =>
    patterns.some((pattern) => matchesWildcard(pattern, text, { foldsCase }))
  return given === undefined ? (text) => !matches(text) : matches
}

function readPattern(pattern: unknown, member: 'Action' | 'Resource'): string {
  if (typeof pattern !== 'string' || pattern === '') {
    throw new PolicyProblem(`${member} must be text or a list of texts.`)
  }
  if (pattern.includes('${')) {
    throw new PolicyProblem(`Policy variables are not supported: ${pattern}`)
  }
  if (pattern === '*') return pattern
  if (member === 'Action' && !/^[a-z0-9-]+:./i.test(pattern)) {
    throw new PolicyProblem(`An Action is * or begins with a service, as cognito-idp: ${pattern}`)
  }
  if (member === 'Resource' && !pattern.startsWith('arn:')) {
    throw new PolicyProblem(`A Resource is * or an ARN: ${pattern}`)
  }
  return pattern
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
