// JSON from outside, read member by member. What may be anything is read by functions
// that give undefined for what is not of the kind; what must have its form, by a JsonReader.

/** A JSON object. Nothing about its members is promised. */
export type JsonObject = Readonly<Record<string, unknown>>

export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

export function objectMember(object: JsonObject | undefined, name: string): JsonObject | undefined {
  const value = object?.[name]
  return isObject(value) ? value : undefined
}

export function textMember(object: JsonObject | undefined, name: string): string | undefined {
  const value = object?.[name]
  return typeof value === 'string' ? value : undefined
}

export function numberMember(object: JsonObject | undefined, name: string): number | undefined {
  const value = object?.[name]
  return typeof value === 'number' ? value : undefined
}

/** The objects of a list; other entries are left out. */
export function objectsMember(object: JsonObject | undefined, name: string): readonly JsonObject[] {
  const value = object?.[name]
  return Array.isArray(value) ? value.filter(isObject) : []
}

/** The texts of a list; other entries are left out. */
export function textsMember(object: JsonObject | undefined, name: string): readonly string[] {
  const value = object?.[name]
  return Array.isArray(value) ? value.filter((entry) => typeof entry === 'string') : []
}

/** JSON with the members of objects in order: the same text for equal values. */
export function orderedJson(value: unknown): string {
  return JSON.stringify(value, (_, part: unknown) =>
    isObject(part)
      ? Object.fromEntries(Object.entries(part).sort(([a], [b]) => (a < b ? -1 : 1)))
      : part,
  )
}

/** Reads what must have a form, and throws the error that `refuse` makes of what was expected. */
export class JsonReader {
  readonly #refuse: (what: string) => Error

  constructor(refuse: (what: string) => Error) {
    this.#refuse = refuse
  }

  object(value: unknown, what = 'an object'): JsonObject {
    if (!isObject(value)) throw this.#refuse(what)
    return value
  }

  list(value: unknown, what: string, lengthMax = Number.POSITIVE_INFINITY): readonly unknown[] {
    if (!Array.isArray(value) || value.length > lengthMax) throw this.#refuse(what)
    return value
  }

  text(object: JsonObject, name: string): string {
    return this.#textOf(object[name], name)
  }

  texts(object: JsonObject, name: string): readonly string[] {
    return this.textList(object[name], name)
  }

  textList(value: unknown, what: string): readonly string[] {
    return this.list(value, what).map((entry) => this.#textOf(entry, what))
  }

  number(object: JsonObject, name: string): number {
    return this.#numberOf(object[name], name)
  }

  /** Undefined when it is absent or null. */
  optionalNumber(object: JsonObject, name: string): number | undefined {
    return (object[name] ?? undefined) === undefined ? undefined : this.number(object, name)
  }

  numbers(object: JsonObject, name: string): readonly number[] {
    return this.list(object[name], name).map((entry) => this.#numberOf(entry, name))
  }

  #textOf(value: unknown, what: string): string {
    if (typeof value !== 'string') throw this.#refuse(what)
    return value
  }

  #numberOf(value: unknown, what: string): number {
    if (typeof value !== 'number') throw this.#refuse(what)
    return value
  }
}
