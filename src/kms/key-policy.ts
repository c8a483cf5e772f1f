// Key policies: who may do what with one key. A statement names a principal directly, or names the
// account, which hands the decision on to the IAM policies of the account's callers. A document
// with anything that cannot be evaluated here is refused and never half understood.
// KMS developer guide, "Key policies in AWS KMS"; IAM user guide, "Principal", 2026.
import {
  type Condition,
  type ConditionValues,
  PolicyDocumentProblem,
  readCondition,
} from './conditions.js'
import { matchesWildcard } from './wildcard.js'

/** Who asks. A pool asks as its service and as its account at once. */
export interface Principals {
  readonly accountId: string
  /** The ARN of an IAM caller. */
  readonly callerArn?: string
  /** The service principal that acts, like `cognito-idp.amazonaws.com`. */
  readonly service?: string
}

export interface KeyPolicyQuestion {
  readonly principals: Principals
  /** `kms:Decrypt` */
  readonly action: string
  readonly keyArn: string
  readonly values: ConditionValues
}

/**
 * `direct`: the policy allows this principal. `account`: it lets the account decide. `none`: it
 * says nothing. `deny`: it denies, and nothing else matters.
 */
export type KeyPolicyDecision = 'direct' | 'account' | 'none' | 'deny'

type Match = 'direct' | 'account' | 'none'

interface Statement {
  readonly effect: 'Allow' | 'Deny'
  principal(principals: Principals): Match
  action(action: string): boolean
  resource(arn: string): boolean
  readonly condition: Condition
}

export interface KeyPolicy {
  readonly statements: readonly Statement[]
}

const DOCUMENT_MEMBERS = new Set(['Version', 'Id', 'Statement'])
const STATEMENT_MEMBERS = new Set([
  'Sid',
  'Effect',
  'Principal',
  'Action',
  'NotAction',
  'Resource',
  'NotResource',
  'Condition',
])
const VERSIONS = ['2012-10-17', '2008-10-17', undefined]
const ACCOUNT_PRINCIPAL = /^(?:arn:aws:iam::)?(\d{12})(?::root)?$/
const IAM_PRINCIPAL = /^arn:aws:(?:iam|sts)::\d{12}:[a-z-]+\/[\w+=,.@/-]+$/
const SERVICE_PRINCIPAL = /^[a-z0-9.-]+\.amazonaws\.com$/

/** The policy of a key that was made without one: the account decides. */
export function defaultKeyPolicy(accountId: string): string {
  const document = {
    Version: '2012-10-17',
    Id: 'key-default-1',
    Statement: [
      {
        Sid: 'Enable IAM User Permissions',
        Effect: 'Allow',
        Principal: { AWS: `arn:aws:iam::${accountId}:root` },
        Action: 'kms:*',
        Resource: '*',
      },
    ],
  }
  return JSON.stringify(document, undefined, 2)
}

/** Throws PolicyDocumentProblem, with a message for the author. */
export function parseKeyPolicy(text: string): KeyPolicy {
  const document = readObject(parseJson(text), 'The policy', DOCUMENT_MEMBERS)
  const version = document['Version']
  if (!VERSIONS.some((known) => known === version)) {
    throw new PolicyDocumentProblem('The Version must be 2012-10-17 or 2008-10-17.')
  }
  const given = document['Statement']
  const list: readonly unknown[] = Array.isArray(given) ? given : [given]
  if (given === undefined || list.length === 0) {
    throw new PolicyDocumentProblem('The policy has no Statement.')
  }
  return { statements: list.map(readStatement) }
}

export function evaluateKeyPolicy(
  policy: KeyPolicy,
  question: KeyPolicyQuestion,
): KeyPolicyDecision {
  let decision: KeyPolicyDecision = 'none'
  for (const statement of policy.statements) {
    if (!statement.action(question.action) || !statement.resource(question.keyArn)) continue
    const match = statement.principal(question.principals)
    if (match === 'none' || !statement.condition(question.values)) continue
    if (statement.effect === 'Deny') return 'deny'
    if (decision !== 'direct') decision = match
  }
  return decision
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    throw new PolicyDocumentProblem('The policy is not valid JSON.')
  }
}

function readStatement(given: unknown): Statement {
  const statement = readObject(given, 'A Statement', STATEMENT_MEMBERS)
  const effect = statement['Effect']
  if (effect !== 'Allow' && effect !== 'Deny') {
    throw new PolicyDocumentProblem('A Statement needs the Effect Allow or Deny.')
  }
  const condition = statement['Condition']
  return {
    effect,
    principal: readPrincipal(statement['Principal']),
    action: readPatterns(statement, 'Action'),
    resource: readPatterns(statement, 'Resource'),
    condition: condition === undefined ? () => true : readCondition(condition),
  }
}

function readPrincipal(given: unknown): (principals: Principals) => Match {
  if (given === '*') return () => 'direct'
  const matchers: ((principals: Principals) => Match)[] = []
  const byKind = readObject(given, 'Principal', new Set(['AWS', 'Service']))
  for (const [kind, names] of Object.entries(byKind)) {
    for (const name of textsOf(names, 'Principal')) {
      matchers.push(kind === 'AWS' ? readAwsPrincipal(name) : readServicePrincipal(name))
    }
  }
  if (matchers.length === 0) throw new PolicyDocumentProblem('Principal must not be empty.')
  return (principals) => {
    const matches = matchers.map((match) => match(principals))
    if (matches.includes('direct')) return 'direct'
    return matches.includes('account') ? 'account' : 'none'
  }
}

function readAwsPrincipal(name: string): (principals: Principals) => Match {
  if (name === '*') return () => 'direct'
  const [, accountId] = ACCOUNT_PRINCIPAL.exec(name) ?? []
  if (accountId !== undefined) {
    return (principals) => (principals.accountId === accountId ? 'account' : 'none')
  }
  if (!IAM_PRINCIPAL.test(name)) {
    throw new PolicyDocumentProblem(`The principal ${name} is not an account, user or role.`)
  }
  return (principals) => (principals.callerArn === name ? 'direct' : 'none')
}

function readServicePrincipal(name: string): (principals: Principals) => Match {
  if (!SERVICE_PRINCIPAL.test(name)) {
    throw new PolicyDocumentProblem(`The principal ${name} is not a service.`)
  }
  return (principals) => (principals.service === name ? 'direct' : 'none')
}

function readPatterns(
  statement: Readonly<Record<string, unknown>>,
  member: 'Action' | 'Resource',
): (text: string) => boolean {
  const given = statement[member]
  const excepted = statement[`Not${member}`]
  if ((given === undefined) === (excepted === undefined)) {
    throw new PolicyDocumentProblem(`A Statement needs either ${member} or Not${member}.`)
  }
  const ignoresCase = member === 'Action'
  const patterns = textsOf(given ?? excepted, member).map((pattern) => {
    if (ignoresCase && pattern !== '*' && !/^[a-z0-9-]+:.+$/i.test(pattern)) {
      throw new PolicyDocumentProblem(`The action ${pattern} does not name a service.`)
    }
    return ignoresCase ? pattern.toLowerCase() : pattern
  })
  const isNot = given === undefined
  return (text) => {
    const subject = ignoresCase ? text.toLowerCase() : text
    return patterns.some((pattern) => matchesWildcard(pattern, subject)) !== isNot
  }
}

function textsOf(given: unknown, member: string): readonly string[] {
  const list: readonly unknown[] = Array.isArray(given) ? given : [given]
  if (list.length === 0) throw new PolicyDocumentProblem(`${member} must not be empty.`)
  return list.map((text) => {
    if (typeof text === 'string' && text !== '' && !text.includes('${')) return text
    throw new PolicyDocumentProblem(`${member} must be text without variables, or a list of it.`)
  })
}

function readObject(
  given: unknown,
  what: string,
  members: ReadonlySet<string>,
): Readonly<Record<string, unknown>> {
  if (typeof given !== 'object' || given === null || Array.isArray(given)) {
    throw new PolicyDocumentProblem(`${what} must be a JSON object.`)
  }
  for (const member of Object.keys(given)) {
    if (!members.has(member)) {
      throw new PolicyDocumentProblem(`${member} is not supported in ${what.toLowerCase()}.`)
    }
  }
  return given as Readonly<Record<string, unknown>>
}
