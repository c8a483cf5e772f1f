// Resource servers between the wire and the inside.

import { ApiError } from '#api/protocol/errors.js'
import type { CognitoInput } from '#contract/types.js'
import type { ResourceServer } from '#ports/directory.js'

type ServerInput = Pick<CognitoInput<'CreateResourceServer'>, 'Identifier' | 'Name' | 'Scopes'>

/** The resource server that a request means. */
export function resourceServerOf(input: ServerInput): ResourceServer {
  const scopes = (input.Scopes ?? []).map((scope) => ({
    name: scope.ScopeName,
    description: scope.ScopeDescription,
  }))
  const names = scopes.map(({ name }) => name)
  const twice = names.find((name, index) => names.indexOf(name) !== index)
  if (twice !== undefined) {
    throw new ApiError('InvalidParameterException', `Scope ${twice} is given more than once.`)
  }
  return { identifier: input.Identifier, name: input.Name, scopes }
}

export function toResourceServerShape(poolId: string, server: ResourceServer) {
  return {
    UserPoolId: poolId,
    Identifier: server.identifier,
    Name: server.name,
    Scopes: server.scopes.map((scope) => ({
      ScopeName: scope.name,
      ScopeDescription: scope.description,
    })),
  }
}

/** What became of a resource server that must have been there. */
export function requireExisting<T>(
  identifier: string,
  outcome: T | undefined,
): Exclude<T, 'absent' | undefined> {
  if (outcome === undefined || outcome === 'absent') {
    const message = `Resource server ${identifier} does not exist.`
    throw new ApiError('ResourceNotFoundException', message)
  }
  return outcome as Exclude<T, 'absent' | undefined>
}
