// Puts statements into a policy beside those that are there, by their Sid. A key may serve several
// pools, whose statements have the same Sids: what is there is never taken away. A statement that
// differs in the values of its conditions only gets ours beside them; any other one stays, and ours
// is added under a Sid that is free. A page merges, too: neither this file nor what it imports may
// need Node.js.
import { isObject, type JsonObject, objectMember, textMember } from '#base/json.js'

/** What has to be done about a statement. */
export interface StatementMerge {
  readonly sid: string
  readonly outcome: 'present' | 'extended' | 'added'
}

/** The policy with the statements in it, and what that took. */
export type PolicyMerge =
  | {
      readonly kind: 'merged'
      readonly policy: JsonObject
      readonly statements: readonly StatementMerge[]
    }
  /** The policy is not JSON of a policy. */
  | { readonly kind: 'unreadable' }

/** Merges `statements` into the policy document `text`. */
export function mergedPolicy(text: string, statements: readonly JsonObject[]): PolicyMerge {
  const policy = parsed(text)
  if (policy === undefined) return { kind: 'unreadable' }
  const given = policy['Statement']
  const all = (Array.isArray(given) ? given : [given]).filter(isObject)
  const outcomes = statements.map((statement): StatementMerge => {
    const sid = textMember(statement, 'Sid') ?? ''
    if (all.some((there) => covers(there, statement))) return { sid, outcome: 'present' }
    const at = all.findIndex((there) => there['Sid'] === sid && isExtensible(there, statement))
    const there = all[at]
    if (there !== undefined) {
      all[at] = extended(there, statement)
      return { sid, outcome: 'extended' }
    }
    all.push({ ...statement, Sid: freeSid(sid, all) })
    return { sid, outcome: 'added' }
  })
  return { kind: 'merged', policy: { ...policy, Statement: all }, statements: outcomes }
}

function parsed(text: string): JsonObject | undefined {
  try {
    const value: unknown = JSON.parse(text)
    return isObject(value) ? value : undefined
  } catch {
    return undefined
  }
}

/** Whether what is there allows all that ours does, under the same conditions. */
function covers(there: JsonObject, ours: JsonObject): boolean {
  if (!isExtensible(there, ours)) return false
  return conditionsOf(ours).every(([operator, key, values]) => {
    const known = valuesAt(there, operator, key)
    return values.every((value) => known.includes(value))
  })
}

/** Whether the two differ in values of conditions at most. */
function isExtensible(there: JsonObject, ours: JsonObject): boolean {
  const names = (statement: JsonObject) =>
    conditionsOf(statement)
      .map(([operator, key]) => `${operator} ${key}`)
      .sort()
  return (
    there['Effect'] === ours['Effect'] &&
    sameList(there['Action'], ours['Action']) &&
    sameList(there['Resource'], ours['Resource']) &&
    samePrincipal(there, ours) &&
    there['NotAction'] === undefined &&
    there['NotResource'] === undefined &&
    sameList(names(there), names(ours))
  )
}

function samePrincipal(there: JsonObject, ours: JsonObject): boolean {
  if (there['NotPrincipal'] !== undefined) return false
  const [a, b] = [objectMember(there, 'Principal'), objectMember(ours, 'Principal')]
  if (a === undefined || b === undefined) return there['Principal'] === ours['Principal']
  const kinds = Object.keys(a)
  return sameList(kinds, Object.keys(b)) && kinds.every((kind) => sameList(a[kind], b[kind]))
}

function extended(there: JsonObject, ours: JsonObject): JsonObject {
  const Condition: Record<string, Record<string, unknown>> = {}
  for (const [operator, key, values] of conditionsOf(there)) {
    const all = [...new Set([...values, ...valuesAt(ours, operator, key)])]
    Condition[operator] = { ...Condition[operator], [key]: all.length === 1 ? all[0] : all }
  }
  return { ...there, Condition }
}

type Condition = readonly [operator: string, key: string, values: readonly string[]]

function conditionsOf(statement: JsonObject): readonly Condition[] {
  return Object.entries(objectMember(statement, 'Condition') ?? {}).flatMap(([operator, keys]) =>
    Object.entries(isObject(keys) ? keys : {}).map(
      ([key, values]): Condition => [operator, key, listOf(values)],
    ),
  )
}

function valuesAt(statement: JsonObject, operator: string, key: string): readonly string[] {
  return listOf(objectMember(objectMember(statement, 'Condition'), operator)?.[key] ?? [])
}

function listOf(value: unknown): readonly string[] {
  return (Array.isArray(value) ? value : [value]).map(String)
}

function sameList(a: unknown, b: unknown): boolean {
  const [one, other] = [listOf(a).toSorted(), listOf(b).toSorted()]
  return one.length === other.length && one.every((value, at) => value === other[at])
}

function freeSid(sid: string, all: readonly JsonObject[]): string {
  const taken = new Set(all.map((statement) => statement['Sid']))
  let free = sid
  for (let number = 2; taken.has(free); number += 1) free = `${sid}${number}`
  return free
}
