// Scopes of a resource server between the wire and the inside.

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

/** What is said of a resource server that is not in the pool. */
export const absentMessage = (identifier: string) => `Resource server ${identifier} does not exist.`
