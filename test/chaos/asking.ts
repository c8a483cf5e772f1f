// Questions in quiet, which every Region has to answer, and what the record makes of the answers.
import type { CognitoIdentityProviderClient } from '@aws-sdk/client-cognito-identity-provider'
import { waitFor } from '#test/support/wait.js'
import type { CallOptions, Outcome } from './calls.js'
import type { Register } from './register.js'
import type { Thing } from './thing.js'
import type { World } from './world.js'

type Send<T> = (client: CognitoIdentityProviderClient, options: CallOptions) => Promise<T>

/** A call that has to end in quiet; returns the response or the final refusal. */
export async function ask<T>(
  world: World,
  region: string,
  send: Send<T>,
): Promise<Extract<Outcome<T>, { kind: 'done' | 'refused' }>> {
  const state = async () => {
    const outcome = await world.calls.cognito(region, send)
    if (outcome.kind === 'done' || outcome.kind === 'refused') return outcome
    throw new Error(outcome.why)
  }
  return waitFor(state, { what: `an answer of ${region}`, timeoutMs: 20_000, intervalMs: 300 })
}

/** Takes over what was read, or says that it cannot be. */
export function settle<T>(
  world: World,
  thing: Thing,
  read: { register: Register<T>; value: T; what: string },
): void {
  const { register, value, what } = read
  const allowed = register.allowed()
  if (!allowed.includes(value)) {
    const wanted = allowed.map((each) => nameOf(each)).join(' or ')
    const detail = `${what} is ${nameOf(value)}, and has to be ${wanted}`
    world.violate('no acknowledged write is lost', thing, detail)
  }
  register.settle(value, Date.now())
}

/** A value in words. */
export function nameOf(value: unknown): string {
  const isThing = typeof value === 'object' && value !== null && 'label' in value
  return isThing ? String(value.label) : String(value)
}
