// The names of a pool's authentication levels (AcrConfiguration). There are four levels, which are
// fixed; a pool may give them other names, which tokens then carry as `acr`.
// Cognito: developer guide, "Step-up authentication", 2026.

import { orElse, struct, text } from '../settings/shape.js'

/** An authentication level, the highest being 4. */
export type AcrLevel = 1 | 2 | 3 | 4

const LEVELS: readonly AcrLevel[] = [1, 2, 3, 4]
const NAME = /^[\x21\x23-\x5B\x5D-\x7E]{1,64}$/

const level = struct({ acrValue: orElse(text, '') })

/** How the names are stored. */
export const acrShape = struct({ level1: level, level2: level, level3: level, level4: level })

/** Names that a pool gave to levels. */
export type AcrNames = Readonly<
  Partial<Record<`level${AcrLevel}`, { readonly acrValue: string } | undefined>>
>

/** The name of a level in tokens. */
export function acrNameOf(names: AcrNames | undefined, level: AcrLevel): string {
  return names?.[`level${level}`]?.acrValue ?? `urn:cognito:loa:${level}`
}

/** The level of a name; undefined for a name that the pool does not have. */
export function acrLevelOf(names: AcrNames | undefined, name: string): AcrLevel | undefined {
  return LEVELS.find((level) => acrNameOf(names, level) === name)
}

/** All four names, those of the pool and the defaults: what is stored and described. */
export function allAcrNames(names: AcrNames): AcrNames {
  const all = LEVELS.map((level) => [`level${level}`, { acrValue: acrNameOf(names, level) }])
  return { ...names, ...Object.fromEntries(all) }
}

/** What is wrong with the names; undefined when nothing is. The wording is ours. */
export function acrProblem(names: AcrNames | undefined): string | undefined {
  if (names === undefined) return undefined
  const unknown = Object.keys(names).find((key) => !/^level[1-4]$/.test(key))
  if (unknown !== undefined) {
    return 'AcrConfiguration has the levels Level1, Level2, Level3 and Level4 only.'
  }
  const all = LEVELS.map((level) => acrNameOf(names, level))
  if (all.some((name) => !NAME.test(name))) {
    return 'An AcrValue has 1 to 64 printable characters without spaces, quotes and backslashes.'
  }
  return new Set(all).size < all.length
    ? 'The AcrValue of each level must be unique, default names included.'
    : undefined
}
