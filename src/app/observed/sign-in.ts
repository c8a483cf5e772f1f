// The sign-in engine as it is watched: how its steps end. Methods and reasons are words of the
// source, so that their number is known; who signs in, and to which pool, is no label.
import type { SignInOutcome } from '#app/auth/challenge.js'
import type { SignInFlows } from '#app/auth/watched.js'
import type { Metrics } from '#ports/metrics.js'

/** What a step proves, by its flow or its challenge. */
const METHODS: ReadonlyMap<string, string> = new Map(
  Object.entries({
    USER_PASSWORD_AUTH: 'password',
    ADMIN_USER_PASSWORD_AUTH: 'password',
    ADMIN_NO_SRP_AUTH: 'password',
    USER_SRP_AUTH: 'password',
    USER_AUTH: 'choice',
    CUSTOM_AUTH: 'custom',
    REFRESH_TOKEN_AUTH: 'refresh',
    REFRESH_TOKEN: 'refresh',
    PASSWORD: 'password',
    PASSWORD_SRP: 'password',
    PASSWORD_VERIFIER: 'password',
    NEW_PASSWORD_REQUIRED: 'new-password',
    SELECT_CHALLENGE: 'choice',
    EMAIL_OTP: 'email-code',
    SMS_OTP: 'sms-code',
    SMS_MFA: 'sms-code',
    SOFTWARE_TOKEN_MFA: 'software-token',
    WEB_AUTHN: 'passkey',
    SELECT_MFA_TYPE: 'choice',
    MFA_SETUP: 'setup',
    CUSTOM_CHALLENGE: 'custom',
    DEVICE_SRP_AUTH: 'device',
    DEVICE_PASSWORD_VERIFIER: 'device',
  }),
)

/** The method of a step: of those above, or `other`. */
const methodOf = (step: string) => METHODS.get(step) ?? 'other'

/** The same calls, counted. */
export function observedSignIn(signIn: SignInFlows, metrics: Metrics): SignInFlows {
  return {
    async start(context, flow, parameters, session) {
      const outcome = await signIn.start(context, flow, parameters, session)
      count(metrics, outcome, flow)
      return outcome
    },
    async respond(context, response, parameters) {
      const outcome = await signIn.respond(context, response, parameters)
      const { name } = response
      const challenge = METHODS.has(name) ? name : 'other'
      const result = outcome.kind === 'refused' ? outcome.reason : 'passed'
      metrics.count('twinpool_challenges_total', { challenge, result })
      count(metrics, outcome, name)
      return outcome
    },
  }
}

function count(metrics: Metrics, outcome: SignInOutcome, step: string): void {
  switch (outcome.kind) {
    case 'challenge': {
      const labels = { challenge: outcome.name, result: 'issued' }
      metrics.count('twinpool_challenges_total', labels)
      return
    }
    case 'refused': {
      const labels = { method: methodOf(step), result: outcome.reason }
      metrics.count('twinpool_sign_ins_total', labels)
      return
    }
    case 'tokens': {
      const method = outcome.factors?.join('+') || methodOf(step)
      metrics.count('twinpool_sign_ins_total', { method, result: 'tokens' })
    }
  }
}
