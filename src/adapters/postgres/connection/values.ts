// Values as parameters of statements, and statements whose text is put together beforehand.
import type { JSONValue, Parameter } from 'postgres'
import type { Queryable } from './connection.js'

/** A uuid below all others: where the first page starts. */
export const FIRST_UUID = '00000000-0000-0000-0000-000000000000'

/**
 * When a row was modified, by its writer's clock, but later than before: the moment also
 * distinguishes one state of the row from the next.
 */
export function laterThan(formerMs: number, nowMs: number): number {
  return Math.max(nowMs, formerMs + 1)
}

/** A row in a port's words, with columns that may be null where the port has undefined. */
export type Nullable<T, K extends keyof T> = Omit<T, K> & { readonly [M in K]: T[M] | null }

type Value = string | number | Date | Uint8Array | null

/**
 * A statement whose text is put together beforehand, with $1, $2 … for its values; a value may
 * stand in it more than once. For the driver it is a tagged template: those that it is given as a
 * text (`unsafe`) cost 10 µs more each time.
 */
export function statement<Row extends object>(text: string) {
  // The driver compares the text each time, so it is worth a little to have it short.
  const pieces = text.trim().replace(/\s+/g, ' ').split(/\$\d+/)
  const places = [...text.matchAll(/\$(\d+)/g)].map((place) => Number(place[1]) - 1)
  const strings: TemplateStringsArray = Object.assign(pieces, { raw: pieces })
  return (sql: Queryable, ...values: readonly Value[]): PromiseLike<Row[]> =>
    sql<Row[]>(strings, ...places.map((place) => values[place] ?? null))
}

/** A moment as a parameter; `undefined` is null. */
export function at(ms: number): Date
export function at(ms: number | undefined): Date | null
export function at(ms: number | undefined): Date | null {
  return ms === undefined ? null : new Date(ms)
}

/** JSON as a parameter of a jsonb column. */
export function json(sql: Queryable, value: unknown): Parameter {
  return sql.json(value as JSONValue)
}

/** A bigint[] as a parameter, in PostgreSQL's own notation. */
export function bigints(values: readonly bigint[]): string {
  return `{${values.join(',')}}`
}
