// Who may use a key: its policy and the caller's IAM policies together. A policy that names the
// caller is enough; one that names the account leaves it to the caller's IAM policies; a denial on
// either side wins. Callers learn that a key does not exist only when they may ask about it.
// KMS developer guide, "Determining access to AWS KMS keys", 2026.
import { aliasArn, keyArn } from '#domain/arn.js'
import type { ConditionValues } from '#domain/iam/conditions.js'
import type { KeyRequest } from '#domain/iam/key-request.js'
import {
  type AccessDecision,
  evaluateResourcePolicy,
  type Policy,
  parseResourcePolicy,
} from '#domain/iam/policy.js'
import type { KmsKey } from '#ports/kms.js'
import { KmsError } from './errors.js'
import { parseReference } from './reference.js'
import { conditionValues } from './request-values.js'
import type { KmsCaller, KmsServices } from './services.js'

type Decision =
  | 'allow'
  | 'denied-by-key-policy'
  | 'denied-by-iam'
  | 'no-key-policy-allows'
  | 'no-iam-policy-allows'

export interface AccessQuestion {
  readonly caller: KmsCaller
  /** `kms:Decrypt` */
  readonly action: string
  readonly values: KeyRequest
}

/** Finds keys for callers and says whether they may go on. */
export class KeyAccess {
  readonly #services: KmsServices

  constructor(services: KmsServices) {
    this.#services = services
  }

  /** The key that `reference` names, when the caller may act on it. Throws KmsError. */
  async find(
    question: AccessQuestion,
    reference: string,
    accepts: { readonly aliases: boolean },
  ): Promise<KmsKey> {
    const { region, keys } = this.#services
    const named = parseReference(this.#services, reference, accepts)
    if (named.kind === 'key') {
      const key = await keys.find(named.keyId)
      const arn = keyArn(this.#services, named.keyId)
      if (key === undefined) {
        return this.#refuseAbsent(question, arn, `Key '${arn}' does not exist`)
      }
      this.authorise(question, key)
      return key
    }
    const key = await keys.findByAlias(named.aliasName)
    if (key === undefined) {
      const arn = aliasArn(this.#services, named.aliasName)
      const anyKey = keyArn({ region, accountId: this.#services.accountId }, '*')
      return this.#refuseAbsent(question, anyKey, `Alias ${arn} is not found.`)
    }
    const values = { ...question.values, requestAlias: named.aliasName }
    this.authorise({ ...question, values }, key)
    return key
  }

  /** Throws AccessDeniedException unless the caller may do `action` with `key`. */
  authorise(question: AccessQuestion, key: KmsKey): void {
    const decision = this.#decide(question, key, parseResourcePolicy(key.policy))
    if (decision !== 'allow') {
      throw denied(question, keyArn(this.#services, key.id), WHY[decision](question.action))
    }
  }

  /** For actions on no key, or on an alias: identity policies alone decide. */
  authoriseByIam(question: AccessQuestion, resource: string): void {
    const decision = this.#decideByIam(question, resource)
    if (decision === 'allow') return
    const why = decision === 'explicit-deny' ? 'denied-by-iam' : 'no-iam-policy-allows'
    throw denied(question, resource, WHY[why](question.action))
  }

  /** Whether the caller could change the policy again once `policy` were the key's. */
  keepsPolicyChangeable(caller: KmsCaller, key: KmsKey, policy: Policy): boolean {
    const question = { caller, action: 'kms:PutKeyPolicy', values: {} }
    return this.#decide(question, key, policy) === 'allow'
  }

  #decide(question: AccessQuestion, key: KmsKey, policy: Policy): Decision {
    const { caller, action } = question
    const { accountId } = this.#services
    const arn = keyArn(this.#services, key.id)
    const byKeyPolicy = evaluateResourcePolicy(policy, {
      principals: { accountId, callerArn: caller.arn },
      action,
      resource: { name: arn },
      values: () => this.#valuesOf(question, key),
    })
    if (byKeyPolicy === 'deny') return 'denied-by-key-policy'
    const byIam = this.#decideByIam(question, arn, key)
    if (byIam === 'explicit-deny') return 'denied-by-iam'
    if (byKeyPolicy === 'direct') return 'allow'
    if (byKeyPolicy === 'none') return 'no-key-policy-allows'
    return byIam === 'allow' ? 'allow' : 'no-iam-policy-allows'
  }

  #decideByIam(question: AccessQuestion, resource: string, key?: KmsKey): AccessDecision {
    const values = () => this.#valuesOf(question, key)
    return question.caller.decide(question.action, resource, { values })
  }

  #valuesOf({ caller, values }: AccessQuestion, key: KmsKey | undefined): ConditionValues {
    return conditionValues(this.#services, { ...values, principalArn: caller.arn }, key)
  }

  /** Only who may ask about a key learns that there is none. */
  #refuseAbsent(question: AccessQuestion, resource: string, message: string): never {
    this.authoriseByIam(question, resource)
    throw new KmsError('NotFoundException', message)
  }
}

const WHY: Readonly<Record<Exclude<Decision, 'allow'>, (action: string) => string>> = {
  'denied-by-key-policy': () => 'with an explicit deny in a resource-based policy',
  'denied-by-iam': () => 'with an explicit deny in an identity-based policy',
  'no-key-policy-allows': (action) =>
    `because no resource-based policy allows the ${action} action`,
  'no-iam-policy-allows': (action) =>
    `because no identity-based policy allows the ${action} action`,
}

type Asked = Pick<AccessQuestion, 'caller' | 'action'>

function denied({ caller, action }: Asked, resource: string, why: string): KmsError {
  return new KmsError(
    'AccessDeniedException',
    `User: ${caller.arn} is not authorized to perform: ${action} on resource: ${resource} ${why}`,
  )
}
