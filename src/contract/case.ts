// The wire names members with a capital (`PasswordPolicy`), the inside without (`passwordPolicy`).
// Structures whose members mean the same on both sides cross through these two functions; maps
// whose keys are the caller's own (tags) must not.

type Leaf = string | number | boolean | bigint | Date | Uint8Array | null | undefined

/** A structure of the wire with uncapitalised member names, at every depth. */
export type Camel<T> = T extends Leaf
  ? T
  : T extends readonly (infer Item)[]
    ? readonly Camel<Item>[]
    : { readonly [Key in keyof T as Uncapitalize<Key & string>]: Camel<T[Key]> }

/** A structure of the inside with capitalised member names, at every depth. */
export type Pascal<T> = T extends Leaf
  ? T
  : T extends readonly (infer Item)[]
    ? readonly Pascal<Item>[]
    : { readonly [Key in keyof T as Capitalize<Key & string>]: Pascal<T[Key]> }

/** Uncapitalises member names and leaves members out that are undefined. */
export function toCamel<T>(value: T): Camel<T> {
  return renamed(value, (name) => name.slice(0, 1).toLowerCase() + name.slice(1)) as Camel<T>
}

/** Capitalises member names and leaves members out that are undefined. */
export function toPascal<T>(value: T): Pascal<T> {
  return renamed(value, (name) => name.slice(0, 1).toUpperCase() + name.slice(1)) as Pascal<T>
}

function renamed(value: unknown, rename: (name: string) => string): unknown {
  if (Array.isArray(value)) return value.map((item) => renamed(item, rename))
  if (typeof value !== 'object' || value === null) return value
  if (value instanceof Date || value instanceof Uint8Array) return value
  return Object.fromEntries(
    Object.entries(value)
      .filter(([, member]) => member !== undefined)
      .map(([name, member]) => [rename(name), renamed(member, rename)]),
  )
}
