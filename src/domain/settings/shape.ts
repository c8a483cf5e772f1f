// Shapes of stored values. What a database holds as JSON may come from an older version, which did
// not know all members, or from a newer one, which knows more, because Regions are updated one
// after the other. So stored settings are decoded: absent members get defaults, and members that
// nothing here knows stay where they are, to be written back unchanged.
//
// What must stay true: a name never changes its JSON type between versions; a setting that needs
// another one gets another name. A value of the wrong type is therefore a damaged row, and an
// InvariantError. A word that is not known is no damage: newer versions have more words.

import { assert } from '#base/assert.js'

/** How a value of type T is stored. */
export interface Shape<T> {
  /** The value of what is stored or given; `undefined` gives the default, if there is one. */
  decode(value: unknown, path: string): T
  /** `after` with the members of `before` that the shape does not know. */
  carry(before: unknown, after: T): T
}

/** The TypeScript type of what a shape decodes. */
export type Decoded<S> = S extends Shape<infer T> ? T : never

type Members = Readonly<Record<string, Shape<unknown>>>
type OptionalNames<M> = {
  [Name in keyof M]: undefined extends Decoded<M[Name]> ? Name : never
}[keyof M]

/** The type of a structure: members that may be undefined may be absent. */
export type Struct<M> = Flat<
  { readonly [Name in Exclude<keyof M, OptionalNames<M>>]: Decoded<M[Name]> } & {
    readonly [Name in OptionalNames<M>]?: Decoded<M[Name]>
  }
>
type Flat<T> = { [Name in keyof T]: T[Name] }

/** A word among those that this version knows, or another of a newer version. */
export type Word<Known extends string> = Known | (string & Record<never, never>)

const keepAfter = <T>(_before: unknown, after: T): T => after

function scalar<T>(kind: string, isOne: (value: unknown) => value is T): Shape<T | undefined> {
  return {
    decode(value, path) {
      if (value === undefined || value === null) return undefined
      assert(isOne(value), `${path} is ${kind}`)
      return value
    },
    carry: keepAfter,
  }
}

const isText = (value: unknown): value is string => typeof value === 'string'

/** A text. */
export const text = scalar('text', isText)
/** A number. */
export const count = scalar('a number', (value) => typeof value === 'number')
/** A boolean. */
export const flag = scalar('a boolean', (value) => typeof value === 'boolean')
/** A structure that nothing here looks into. */
export const anything: Shape<unknown> = {
  decode: (value) => (value === null ? undefined : value),
  carry: keepAfter,
}

/** Text that is one of `Known` unless a newer version wrote it. Readers take the rest as strict. */
export function word<Known extends string>(): Shape<Word<Known> | undefined> {
  return text
}

/** One of `known`; what a newer version wrote instead is read as `otherwise`. */
export function oneOf<Known extends string>(
  known: readonly Known[],
  otherwise: Known | undefined,
): Shape<Known | undefined> {
  return {
    decode(value, path) {
      const given = text.decode(value, path)
      return given === undefined ? undefined : (known.find((one) => one === given) ?? otherwise)
    },
    carry: keepAfter,
  }
}

/** A list of things of one shape. */
export function list<T>(item: Shape<T>): Shape<readonly NonNullable<T>[] | undefined> {
  return {
    decode(value, path) {
      if (value === undefined || value === null) return undefined
      assert(Array.isArray(value), `${path} is a list`)
      return value.flatMap((one) => item.decode(one, path) ?? [])
    },
    carry: keepAfter,
  }
}

/** A structure with these members, and others that it keeps. */
export function struct<M extends Members>(members: M): Shape<Struct<M> | undefined> {
  return {
    decode(value, path) {
      if (value === undefined || value === null) return undefined
      assert(isObject(value), `${path} is a structure`)
      return decodeMembers(members, value, path) as Struct<M>
    },
    carry(before, after) {
      if (!isObject(before) || !isObject(after)) return after
      return carryMembers(members, before, after) as Struct<M>
    },
  }
}

/** Every member decoded, and the unknown ones as they are. Nothing in it is undefined. */
function decodeMembers(
  members: Members,
  value: Readonly<Record<string, unknown>>,
  path: string,
): Readonly<Record<string, unknown>> {
  const decoded: Record<string, unknown> = { ...value }
  for (const [name, shape] of Object.entries(members)) {
    const member = shape.decode(value[name], `${path}.${name}`)
    if (member === undefined) delete decoded[name]
    else decoded[name] = member
  }
  return decoded
}

function carryMembers(
  members: Members,
  before: Readonly<Record<string, unknown>>,
  after: Readonly<Record<string, unknown>>,
): Readonly<Record<string, unknown>> {
  const unknown = Object.entries(before).filter(([name]) => !Object.hasOwn(members, name))
  const carried: Record<string, unknown> = { ...Object.fromEntries(unknown), ...after }
  for (const [name, shape] of Object.entries(members)) {
    if (carried[name] !== undefined) carried[name] = shape.carry(before[name], carried[name])
  }
  return carried
}

/** A shape whose absence is another value. */
export function orElse<T>(shape: Shape<T>, value: NonNullable<T>): Shape<NonNullable<T>> {
  return {
    decode: (stored, path) => shape.decode(stored, path) ?? value,
    carry: (before, after) => shape.carry(before, after) as NonNullable<T>,
  }
}

/** A shape of a member without which its structure means nothing. */
export function always<T>(shape: Shape<T>): Shape<NonNullable<T>> {
  return {
    decode(stored, path) {
      const value = shape.decode(stored, path)
      assert(value !== undefined && value !== null, `${path} is there`)
      return value
    },
    carry: (before, after) => shape.carry(before, after) as NonNullable<T>,
  }
}

/** A shape that is absent where its list is empty. */
export function filled<T>(shape: Shape<readonly T[] | undefined>): typeof shape {
  return {
    decode(stored, path) {
      const value = shape.decode(stored, path)
      return value?.length === 0 ? undefined : value
    },
    carry: keepAfter,
  }
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
