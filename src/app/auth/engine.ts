// The one sign-in engine, for the API, the admin API and the login pages. `start` begins a flow,
// `respond` takes a response to a challenge; both end in tokens, the next challenge or a refusal.
// Which one it is, `nextRequirement` decides (its diagram is in #domain/challenge/requirements.ts);
// how a challenge begins and ends, its file in `challenges/` says. What they have in common is
// here, in one order.

import type { OpenedAuthRecord } from '#app/accounts/user-records.js'
import { assert, required } from '#base/assert.js'
import { type ChallengeName, distinctFactors } from '#domain/challenge/factors.js'
import { nextRequirement } from '#domain/challenge/requirements.js'
import type { Choice, FirstChoice, Requirement } from '#domain/challenge/state.js'
import { hidesUsers } from '#domain/credential/decoy.js'
import { type Refused, refused } from '#domain/refusal.js'
import { asPrimary } from '#ports/capability.js'
import { confirmedSignUp, proofOfSignUp } from './after-sign-up.js'
import { assessed } from './assessed.js'
import { beforeProof } from './before-proof.js'
import type {
  AuthContext,
  AuthServices,
  AuthStep,
  ChallengePassed,
  CustomSubject,
  FirstChallenge,
  Parameters,
  SignInOutcome,
} from './challenge.js'
import { issueCustom } from './challenges/custom-challenge.js'
import { passwordVerifier } from './challenges/password-verifier.js'
import { askForChoice } from './challenges/select-challenge.js'
import { FIRST, FURTHER, RESPONDABLE } from './challenges/table.js'
import { choicesFor } from './choice.js'
import { beginCustom, customBeginning, define } from './custom-auth.js'
import { deviceKeyOf, missingOf, parametersRefusal, refuseSecretHash } from './parameters.js'
import { refresh } from './refresh.js'
import { type AuthProgress, type AuthSession, progressOf, sessionRefusal } from './session.js'
import { endWithTokens } from './sign-in-tokens.js'
import { authPoolOf, authStateOf, type Decisions } from './state.js'
import { stepUpOf, towards } from './step-up.js'
import { resolveSubject } from './subject.js'
import { customDeviceDecision, deviceDecision } from './tracked-device.js'

export class SignIn {
  readonly #services: AuthServices

  constructor(services: AuthServices) {
    this.#services = services
  }

  /** Begins a flow (InitiateAuth); `session` goes on from a sign-up. */
  async start(
    context: AuthContext,
    flow: string,
    parameters: Parameters,
    session?: string,
  ): Promise<SignInOutcome> {
    const requirement = this.#require(context, { flow, provenFactors: [] })
    assert(requirement.kind !== 'tokens', 'a flow begins with a proof')
    switch (requirement.kind) {
      case 'refused':
        return requirement
      case 'define':
        return this.#beginCustom(context, flow, parameters)
      case 'choose':
        return session === undefined
          ? this.#choose(context, flow, parameters)
          : this.#afterSignUp(context, flow, { parameters, session })
      case 'refresh':
        return refresh(this.#services, context, parameters)
      case 'challenge':
        return this.#begin(context, { flow, name: requirement.name }, parameters)
    }
  }

  async #begin(
    context: AuthContext,
    { flow, name }: { readonly flow: string; readonly name: ChallengeName },
    parameters: Parameters,
  ): Promise<SignInOutcome> {
    const challenge = byName(FIRST, name)
    if (challenge === undefined) return refused('flow-not-implemented', name)
    const refusal = parametersRefusal(challenge, parameters)
    if (refusal !== undefined) return refusal
    const step = await this.#firstStep(context, flow, parameters)
    return 'kind' in step ? step : this.#beginFirst(step, challenge)
  }

  /** The step of a call that begins a flow; the client's proof is checked. */
  async #firstStep(
    context: AuthContext,
    flow: string,
    parameters: Parameters,
  ): Promise<AuthStep | Refused> {
    const cipher = await this.#services.poolKeys.cipher(context.pool)
    const unverified = refuseSecretHash(context, cipher, parameters)
    if (unverified !== undefined) return unverified
    context.watch?.begins(flow)
    return {
      services: this.#services,
      context,
      cipher,
      parameters,
      progress: {
        flow,
        typedName: parameters['USERNAME'] ?? '',
        provenFactors: [],
        history: [],
        deviceKey: deviceKeyOf(parameters),
        eventId: context.watch?.eventId,
      },
    }
  }

  async #beginFirst(step: AuthStep, challenge: FirstChallenge): Promise<SignInOutcome> {
    const outcome = await challenge.begin(step)
    return outcome.kind === 'passed' ? this.#onPassed(step, challenge.name, outcome) : outcome
  }

  /** Begins a choice-based sign-in with what a sign-up has proven, or else as any other. */
  async #afterSignUp(
    context: AuthContext,
    flow: string,
    { parameters, session: text }: { readonly parameters: Parameters; readonly session: string },
  ): Promise<SignInOutcome> {
    const services = this.#services
    const cipher = await services.poolKeys.cipher(context.pool)
    const session = confirmedSignUp({ services, context, cipher, parameters }, text)
    if ('kind' in session) return session
    const named = { USERNAME: session.typedName, ...parameters }
    const step = await this.#firstStep(context, flow, named)
    if ('kind' in step) return step
    const proof = await proofOfSignUp(step, session)
    if (proof === undefined) return this.#choose(context, flow, named)
    return 'kind' in proof ? proof : this.#onPassed(step, proof.name, proof.passed)
  }

  /** Begins a choice-based sign-in: with the challenge that is preferred, or by asking. */
  async #choose(
    context: AuthContext,
    flow: string,
    parameters: Parameters,
  ): Promise<SignInOutcome> {
    const missing = missingOf(['USERNAME'], parameters)
    if (missing !== undefined) return missing
    const begun = await this.#firstStep(context, flow, parameters)
    if ('kind' in begun) return begun
    const stepUp = await stepUpOf(this.#services.tokens, context, parameters)
    if (stepUp?.kind === 'refused') return stepUp
    const { users, passwordTurns } = this.#services
    const mark = passwordTurns.mark()
    const claim = await users.findAuthClaim(context.pool, begun.progress.typedName)
    if (claim.record === undefined && !hidesUsers(context.client.settings)) {
      return refused('user-absent')
    }
    await beforeProof(begun, claim)
    const pool = authPoolOf(context.pool, this.#services.isTotpOnSecondary)
    const offered = choicesFor(begun, pool, claim)
    const led = towards(stepUp, begun, { pool, available: offered, record: claim.record })
    if (led.kind === 'refused') return led
    const { step, available } = led
    if (led.kind === 'second') {
      return this.#settled(step, led.record, this.#next(step, led.record, {}))
    }
    const choice = { available, preferred: parameters['PREFERRED_CHALLENGE'] }
    const outcome = await this.#onChoice({ ...step, known: { claim, mark } }, choice)
    return outcome.kind === 'challenge' ? { ...outcome, available } : outcome
  }

  async #onChoice(step: AuthStep, choice: Choice): Promise<SignInOutcome> {
    const { context, cipher, progress, parameters } = step
    const { claim } = required(step.known, 'claim')
    const requirement = this.#require(context, progress, undefined, { choice })
    if (requirement.kind === 'refused') return requirement
    assert(requirement.kind === 'challenge', 'a choice leads to a challenge')
    const { name, options = [] } = requirement
    if (name === 'SELECT_CHALLENGE') {
      const nowMs = this.#services.clock.nowMs()
      const found = { pool: context.pool, cipher, name: progress.typedName, claim, nowMs }
      return askForChoice(step, resolveSubject(found), options)
    }
    const challenge = byName(FIRST, name)
    if (challenge === undefined) return refused('flow-not-implemented', name)
    return parametersRefusal(challenge, parameters) ?? this.#beginFirst(step, challenge)
  }

  /** Takes a response to a challenge (RespondToAuthChallenge). */
  async respond(
    context: AuthContext,
    { name, session: text }: { readonly name: string; readonly session: string | undefined },
    parameters: Parameters,
  ): Promise<SignInOutcome> {
    const challenge = byName(RESPONDABLE, name)
    if (challenge === undefined) return refused('flow-not-implemented', name)
    if (challenge.needsSession && !text) return refused('missing-parameter', 'Session')
    const missing = missingOf(challenge.responses, parameters)
    if (missing !== undefined) return missing
    if (challenge.writesDirectory && asPrimary(context.pool) === undefined) {
      return refused('primary-only')
    }
    const services = this.#services
    const cipher = await services.poolKeys.cipher(context.pool)
    const unverified = refuseSecretHash(context, cipher, parameters)
    if (unverified !== undefined) return unverified
    const call = { services, context, cipher, parameters }
    const session = challenge.openSession(call, text)
    if ('kind' in session) return session
    if (session.clientId !== context.client.clientId) return refused('invalid-session')
    const unusable = sessionRefusal(session, context.pool, services.clock.nowMs())
    if (unusable !== undefined) return unusable
    const deviceKey = deviceKeyOf(parameters) ?? session.deviceKey
    const progress = { ...progressOf(session), deviceKey }
    const step: AuthStep = { ...call, context: resumed(context, session), progress }
    const outcome = await challenge.respond(step, session)
    switch (outcome.kind) {
      case 'passed':
        return this.#onPassed(step, challenge.name, outcome)
      case 'answered': {
        const { answer, known } = outcome
        const available = choicesOf(session)
        return this.#onChoice({ ...step, known }, { available, answer })
      }
      case 'judged': {
        const provenFactors = [...progress.provenFactors, ...outcome.factors]
        const history = [...progress.history, outcome.result]
        const next = { ...step, progress: { ...progress, provenFactors, history } }
        const { result, subject } = outcome
        if (result.isPassed && subject.record) context.watch?.passed(result.name, subject.record)
        return this.#settled(next, outcome.subject.record, this.#onCustom(next, outcome.subject))
      }
      default:
        return outcome
    }
  }

  /** What a challenge that was passed leads to. */
  async #onPassed(
    step: AuthStep,
    name: ChallengeName,
    { record, factors, chosen, write }: ChallengePassed,
  ): Promise<SignInOutcome> {
    const { context, progress } = step
    context.watch?.passed(name, record)
    const provenFactors = [...progress.provenFactors, ...factors]
    const history = [...progress.history, { name, isPassed: true }]
    const next = { ...step, progress: { ...progress, provenFactors, history } }
    const outcome = await this.#next(next, record, { chosen })
    const written = await write?.()
    if (written !== undefined && written !== 'written') return written
    return this.#settled(next, record, outcome)
  }

  /** Records the session of a sign-in that is over, and ends failures where it is proven. */
  async #settled(
    { context, progress }: AuthStep,
    record: OpenedAuthRecord | undefined,
    ending: SignInOutcome | Promise<SignInOutcome>,
  ): Promise<SignInOutcome> {
    const outcome = await ending
    // A beginning proves nobody: who knows a name must not make its user an active one.
    const isGood = outcome.kind === 'tokens' || progress.provenFactors.length > 0
    if (isGood && record !== undefined) context.request.noteUser?.(record.user.sub)
    // Not before a code or a counter is used up: a replay would end sessions of the user's.
    if (outcome.kind === 'tokens') await outcome.recordSession?.()
    // Last, so that an error leaves nothing behind; and at the end of a sign-in, since a password
    // that is known must not make room for guesses at the second factor.
    const isProven = outcome.kind === 'tokens' && distinctFactors(progress.provenFactors).length > 0
    if (isProven && record !== undefined && record.failures > 0) {
      const { failedAttempts, clock } = this.#services
      await failedAttempts.addSuccess(context.pool, record.user.sub, clock.nowMs())
    }
    return outcome
  }

  /** Begins a sign-in of the customer's own (CUSTOM_AUTH), with or without SRP. */
  async #beginCustom(
    context: AuthContext,
    flow: string,
    parameters: Parameters,
  ): Promise<SignInOutcome> {
    const history = customBeginning(parameters)
    if ('kind' in history) return history
    const refusal =
      history.length > 0
        ? parametersRefusal(passwordVerifier, parameters)
        : missingOf(['USERNAME'], parameters)
    if (refusal !== undefined) return refusal
    const step = await this.#firstStep(context, flow, parameters)
    if ('kind' in step) return step
    const begun = await beginCustom({ ...step, progress: { ...step.progress, history } })
    if ('kind' in begun) return begun
    const { subject } = begun
    return this.#settled(begun.step, subject.record, this.#onCustom(begun.step, subject))
  }

  /** What the customer's code wants next, if the rules of all flows allow it. */
  async #onCustom(begun: AuthStep, subject: CustomSubject): Promise<SignInOutcome> {
    const { record } = subject
    const defined = await define(begun, subject)
    if (typeof defined !== 'string') return defined
    const isEnding = defined === 'issue-tokens' && record !== undefined
    const step = isEnding ? await assessed(begun, record) : begun
    const device = await customDeviceDecision(step, record, defined)
    if (typeof device === 'object') return device
    const requirement = this.#require(step.context, step.progress, record, { defined, device })
    if (requirement.kind === 'challenge') {
      if (requirement.name === 'CUSTOM_CHALLENGE') return issueCustom(step, subject)
      if (requirement.name === 'PASSWORD_VERIFIER') {
        // A came with the first call; a later one has none to begin with.
        if (step.known === undefined) return refused('trigger-response-invalid')
        return this.#beginFirst(step, passwordVerifier)
      }
    }
    if (requirement.kind === 'refused') return requirement
    return this.#on(step, required(record, 'a user'), requirement)
  }

  async #next(
    step: AuthStep,
    record: OpenedAuthRecord,
    decisions: Decisions,
  ): Promise<SignInOutcome> {
    const device = await deviceDecision(step, record)
    if (typeof device === 'object') return device
    const decided = { ...decisions, device }
    const next = await assessed(step, record)
    return this.#on(next, record, this.#require(next.context, next.progress, record, decided))
  }

  async #on(
    step: AuthStep,
    record: OpenedAuthRecord,
    requirement: Requirement,
  ): Promise<SignInOutcome> {
    const { progress } = step
    assert(requirement.kind !== 'refresh', 'a flow that refreshes has no challenges')
    switch (requirement.kind) {
      case 'refused':
        return requirement
      case 'choose':
        return refused('flow-not-implemented', progress.flow)
      case 'define':
        return this.#onCustom(step, {
          record,
          sub: record.user.sub,
          username: record.user.username,
        })
      case 'challenge': {
        const { name, options = [] } = requirement
        const challenge = byName(FURTHER, name)
        return challenge?.begin(step, record, options) ?? refused('flow-not-implemented', name)
      }
      case 'tokens':
        return endWithTokens(step, record)
    }
  }

  #require(
    context: AuthContext,
    progress: Pick<AuthProgress, 'flow' | 'provenFactors'> & Partial<AuthProgress>,
    record?: OpenedAuthRecord,
    decisions: Decisions = {},
  ): Requirement {
    const nowMs = this.#services.clock.nowMs()
    const { isTotpOnSecondary } = this.#services
    const rest = { record, decisions, nowMs, isTotpOnSecondary }
    return nextRequirement(authStateOf(context, progress, rest))
  }
}

/** The context of a call that goes on with a sign-in: its event is that of the first call. */
function resumed(context: AuthContext, session: AuthSession): AuthContext {
  const { watch, request } = context
  if (watch === undefined) return context
  watch.resumes(session)
  return { ...context, request: { ...request, eventId: watch.eventId } }
}

/** What a session offered. */
function choicesOf({ challenge }: AuthSession): readonly FirstChoice[] {
  return challenge.name === 'SELECT_CHALLENGE' ? (challenge.choices as FirstChoice[]) : []
}

function byName<T extends { readonly name: string }>(
  challenges: readonly T[],
  name: string,
): T | undefined {
  return challenges.find((challenge) => challenge.name === name)
}
