// Statements of pools inside the text of a key's policy.
import { isObject } from '#base/json.js'

/**
 * The policy with a pool's statements, in place of those it has under the same Sid. Pools share the
 * names of statements, so a Sid here ends with the pool's ID, without signs that a Sid cannot have.
 */
export function withStatements(
  policy: string,
  poolId: string,
  statements: readonly object[],
): string {
  const document: unknown = JSON.parse(policy)
  if (!isObject(document)) return policy
  const named = statements.map((statement) => ({ ...statement, Sid: sidOf(statement, poolId) }))
  const sids = new Set<unknown>(named.map(({ Sid }) => Sid))
  const given = document['Statement']
  const list: readonly unknown[] = Array.isArray(given) ? given : [given]
  const others = list.filter((each) => !isObject(each) || !sids.has(each['Sid']))
  return JSON.stringify({ ...document, Statement: [...others, ...named] }, undefined, 2)
}

function sidOf(statement: object, poolId: string): string {
  const sid = 'Sid' in statement ? String(statement.Sid) : ''
  return `${sid}${poolId.replaceAll(/[^0-9a-zA-Z]/g, '')}`
}
