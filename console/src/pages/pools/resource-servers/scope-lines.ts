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
  return scopes.map(lineOf).join('\n')
}

/** A description may have lines of its own, which a line of the text cannot show. */
function lineOf({ ScopeName, ScopeDescription }: Scope): string {
  return `${ScopeName} ${ScopeDescription.replaceAll(/\s+/g, ' ').trim()}`
}

/**
 * The scopes of a text, in which those of `before` have changed: a line that stayed as it was is
 * the scope as it was. One without a description is described by its name, since the API demands
 * one.
 */
export function scopesOf(text: string, before: readonly Scope[]): readonly Scope[] {
  const known = new Map(before.map((scope) => [lineOf(scope), scope]))
  return text.split('\n').flatMap((line) => {
    const [, name, description] = /^\s*(\S+)\s*(.*?)\s*$/.exec(line) ?? []
    if (name === undefined) return []
    const same = known.get(line)
    return [same ?? { ScopeName: name, ScopeDescription: description || name }]
  })
}

/** The change from `before` to `after`, made to what somebody else has made of it meanwhile. */
export function rebasedScopes(
  now: readonly Scope[],
  { before, after }: { readonly before: readonly Scope[]; readonly after: readonly Scope[] },
): readonly Scope[] {
  const namesOf = (scopes: readonly Scope[]) => new Set(scopes.map(({ ScopeName }) => ScopeName))
  const [were, are] = [namesOf(before), namesOf(after)]
  const touched = after.filter((scope) => !before.includes(scope))
  const replaced = namesOf(touched)
  const kept = now.filter(
    ({ ScopeName }) => !replaced.has(ScopeName) && (are.has(ScopeName) || !were.has(ScopeName)),
  )
  return [...kept, ...touched]
}
