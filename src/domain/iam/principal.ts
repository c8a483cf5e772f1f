// The Principal of a statement in a resource policy: who is meant. A statement names a caller or a
// service directly, or names the account, which hands the decision on to the identity policies of
// the account's callers.
// IAM user guide, "Principal", 2026.
import { PolicyProblem } from './policy-problem.js'

/** Who asks. A pool asks as its service and as its account at once. */
export interface Principals {
  readonly accountId: string
  /** The ARN of an IAM caller. */
  readonly callerArn?: string
  /** The service principal that acts, like `cognito-idp.amazonaws.com`. */
  readonly service?: string
}

/** How a Principal means who asks: by name, by the account, or not at all. */
export type PrincipalMatch = 'direct' | 'account' | 'none'

/** A Principal that was read. */
export type PrincipalMatcher = (principals: Principals) => PrincipalMatch

const ACCOUNT_PRINCIPAL = /^(?:arn:aws:iam::)?(\d{12})(?::root)?$/
const IAM_PRINCIPAL = /^arn:aws:(?:iam|sts)::\d{12}:[a-z-]+\/[\w+=,.@/-]+$/
const SERVICE_PRINCIPAL = /^[a-z0-9.-]+\.amazonaws\.com$/

/** Reads one name of a Principal. Throws PolicyProblem. */
export function readPrincipalName(kind: 'AWS' | 'Service', name: string): PrincipalMatcher {
  return kind === 'AWS' ? readAwsPrincipal(name) : readServicePrincipal(name)
}

function readAwsPrincipal(name: string): PrincipalMatcher {
  if (name === '*') return () => 'direct'
  const [, accountId] = ACCOUNT_PRINCIPAL.exec(name) ?? []
  if (accountId !== undefined) {
    return (principals) => (principals.accountId === accountId ? 'account' : 'none')
  }
  if (!IAM_PRINCIPAL.test(name)) {
    throw new PolicyProblem(`The principal ${name} is not an account, user or role.`)
  }
  return (principals) => (principals.callerArn === name ? 'direct' : 'none')
}

function readServicePrincipal(name: string): PrincipalMatcher {
  if (!SERVICE_PRINCIPAL.test(name)) {
    throw new PolicyProblem(`The principal ${name} is not a service.`)
  }
  return (principals) => (principals.service === name ? 'direct' : 'none')
}

/** The strongest of several matches. */
export function strongest(matches: readonly PrincipalMatch[]): PrincipalMatch {
  if (matches.includes('direct')) return 'direct'
  return matches.includes('account') ? 'account' : 'none'
}
