// The scopes of a resource server as lines of a text, each a name and then what it allows.

export interface Scope {
  readonly ScopeName: string
  readonly ScopeDescription: string
}

/** A row of ListResourceServers. */
export interface ResourceServer {
  readonly Identifier: string
  readonly Name: string
  readonly Scopes?: readonly Scope[]
}

export function linesOf(scopes: readonly Scope[]): string {
  return scopes.map((scope) => `${scope.ScopeName} ${scope.ScopeDescription}`).join('\n')
}

/** A scope without a description is described by its name, since the API demands one. */
export function scopesOf(text: string): readonly Scope[] {
  return text.split('\n').flatMap((line) => {
    const [, name, description] = /^\s*(\S+)\s*(.*?)\s*$/.exec(line) ?? []
    return name === undefined ? [] : [{ ScopeName: name, ScopeDescription: description || name }]
  })
}
