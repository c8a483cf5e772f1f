// JSON with the lines that its values are on, for those who write it by hand and are told where it
// is wrong. What JSON.parse says about a place differs between engines, and of some says nothing.

export interface JsonNode {
  readonly value: unknown
  /** From 1. */
  readonly line: number
  /** Of a list. */
  readonly items: readonly JsonNode[]
  /** Of an object. */
  readonly members: ReadonlyMap<string, JsonNode>
}

/** Where a text is no JSON. */
export interface JsonFault {
  readonly line: number
  readonly column: number
  readonly message: string
}

export type JsonReading =
  | { readonly kind: 'json'; readonly node: JsonNode }
  | { readonly kind: 'fault'; readonly fault: JsonFault }

const DEPTH_MAX = 100
const SPACE = /[ \t\r\n]*/y
const STRING = /"(?:[^"\\\n]|\\[^\n])*"/y
const NUMBER = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y
const WORD = /true|false|null/y

class Fault extends Error {}

/** Reads what JSON.parse reads; a name that an object has twice is a fault, too. */
export function readJsonLines(text: string): JsonReading {
  const reader = new Reader(text)
  try {
    return { kind: 'json', node: reader.document() }
  } catch (error) {
    if (!(error instanceof Fault)) throw error
    return { kind: 'fault', fault: { ...reader.place(), message: error.message } }
  }
}

class Reader {
  readonly #text: string
  #at = 0

  constructor(text: string) {
    this.#text = text
  }

  place(): { readonly line: number; readonly column: number } {
    const before = this.#text.slice(0, this.#at).split('\n')
    return { line: before.length, column: (before.at(-1)?.length ?? 0) + 1 }
  }

  document(): JsonNode {
    const node = this.#value(0)
    if (this.#at < this.#text.length) this.#fail('There is more after the end of the JSON.')
    return node
  }

  #fail(message: string): never {
    throw new Fault(message)
  }

  #match(pattern: RegExp): string | undefined {
    pattern.lastIndex = this.#at
    const found = pattern.exec(this.#text)?.[0]
    this.#at += found?.length ?? 0
    return found
  }

  #takes(sign: string): boolean {
    this.#match(SPACE)
    if (!this.#text.startsWith(sign, this.#at)) return false
    this.#at += sign.length
    return true
  }

  #value(depth: number): JsonNode {
    this.#match(SPACE)
    const { line } = this.place()
    if (depth > DEPTH_MAX) this.#fail('It is nested too deeply.')
    const node = this.#takes('{')
      ? this.#object(line, depth)
      : this.#takes('[')
        ? this.#list(line, depth)
        : { value: this.#scalar(), line, items: [], members: new Map<string, JsonNode>() }
    this.#match(SPACE)
    return node
  }

  #scalar(): unknown {
    if (this.#text[this.#at] === '"') return this.#string()
    const found = this.#match(NUMBER) ?? this.#match(WORD)
    if (found !== undefined) return JSON.parse(found)
    return this.#fail(
      'A value is missing here: a string in double quotes, a number, {, [, true, false or null.',
    )
  }

  #string(): string {
    const start = this.#at
    const found = this.#match(STRING)
    if (found === undefined) this.#fail('The string does not end on its line.')
    try {
      return String(JSON.parse(found))
    } catch {
      this.#at = start
      return this.#fail('The string has a character or an escape that JSON does not have.')
    }
  }

  #list(line: number, depth: number): JsonNode {
    const items: JsonNode[] = []
    if (!this.#takes(']')) {
      do items.push(this.#value(depth + 1))
      while (this.#takes(','))
      if (!this.#takes(']')) this.#fail('A comma or ] is missing here.')
    }
    return { value: items.map(({ value }) => value), line, items, members: new Map() }
  }

  #object(line: number, depth: number): JsonNode {
    const members = new Map<string, JsonNode>()
    if (!this.#takes('}')) {
      do {
        const [name, node] = this.#member(depth)
        if (members.has(name)) this.#fail(`The name "${name}" is given twice.`)
        members.set(name, node)
      } while (this.#takes(','))
      if (!this.#takes('}')) this.#fail('A comma or } is missing here.')
    }
    const entries = [...members].map(([name, { value }]) => [name, value] as const)
    return { value: Object.fromEntries(entries), line, items: [], members }
  }

  #member(depth: number): readonly [string, JsonNode] {
    this.#match(SPACE)
    if (this.#text[this.#at] !== '"') this.#fail('A name in double quotes is missing here.')
    const name = this.#string()
    if (!this.#takes(':')) this.#fail('A colon is missing after the name.')
    return [name, this.#value(depth + 1)]
  }
}
