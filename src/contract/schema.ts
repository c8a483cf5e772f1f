// Walks the schemas that an AWS SDK package exports at run time and turns them into plain shapes:
// members, kinds and required members. The SDK is the description of the wire, so
// nothing is described twice. A shape is walked when it is first asked for and then kept, so that
// start-up pays for a list of names only and no request walks a schema. A shape must never change
// after it was handed out: codec and check keep what they compiled from it.

import { NormalizedSchema } from '@smithy/core/schema'
import { assert, required } from '#base/assert.js'
import type { Constraint } from './constraint.js'

/** Kinds of values without parts. A document is any JSON value. */
export type ScalarKind = 'string' | 'number' | 'boolean' | 'blob' | 'timestamp' | 'document'

export interface ScalarShape {
  readonly kind: ScalarKind
}

export interface ListShape {
  readonly kind: 'list'
  readonly item: Shape
}

/** Keys are always strings. */
export interface MapShape {
  readonly kind: 'map'
  readonly value: Shape
}

export interface StructShape {
  readonly kind: 'struct'
  /** The name of the shape, as in the API reference. */
  readonly name: string
  /** In the order of the API reference. */
  readonly members: readonly Member[]
}

export type Shape = ScalarShape | ListShape | MapShape | StructShape

export interface Member {
  /** The name on the wire. */
  readonly name: string
  /** The name in validation messages: the wire name with a small first letter. */
  readonly messageName: string
  readonly shape: Shape
  readonly required: boolean
  readonly constraint: Constraint | undefined
}

export interface OperationSchema {
  readonly name: string
  readonly input: StructShape
  readonly output: StructShape
  /** Names of the errors that the operation declares. */
  readonly errors: readonly string[]
}

/** Compiles something for each structure, when it is first asked for. */
export function forEachStruct<T>(compile: (shape: StructShape) => T): (shape: StructShape) => T {
  const compiled = new WeakMap<StructShape, T>()
  return (shape) => {
    const known = compiled.get(shape)
    if (known !== undefined) return known
    const made = compile(shape)
    compiled.set(shape, made)
    return made
  }
}

/** What the SDK schemas do not say about a service. */
export interface ServiceModel {
  /** Rules by `Structure.Member`, or by `Member` for every structure that has one. */
  readonly constraints: ReadonlyMap<string, Constraint>
  readonly errorsOf: (operation: string) => readonly string[]
}

const OPERATION = 9

type SchemaRef = Parameters<typeof NormalizedSchema.of>[0]
type OperationTuple = readonly [9, string, string, unknown, unknown, unknown]

function isOperation(value: unknown): value is OperationTuple {
  return Array.isArray(value) && value[0] === OPERATION
}

/** The operations of an SDK package, by name. */
export function operationSchemas(
  sdk: object,
  model: ServiceModel,
): ReadonlyMap<string, OperationSchema> {
  const walker = new Walker(model)
  const operations = new Map<string, OperationSchema>()
  for (const value of Object.values(sdk)) {
    if (isOperation(value)) operations.set(value[2], new LazyOperation(value, walker, model))
  }
  return operations
}

class LazyOperation implements OperationSchema {
  readonly name: string
  readonly #tuple: OperationTuple
  readonly #walker: Walker
  readonly #model: ServiceModel
  #input: StructShape | undefined
  #output: StructShape | undefined
  #errors: readonly string[] | undefined

  constructor(tuple: OperationTuple, walker: Walker, model: ServiceModel) {
    this.name = tuple[2]
    this.#tuple = tuple
    this.#walker = walker
    this.#model = model
  }

  get input(): StructShape {
    this.#input ??= this.#walker.struct(normalized(this.#tuple[4]))
    return this.#input
  }

  get output(): StructShape {
    this.#output ??= this.#walker.struct(normalized(this.#tuple[5]))
    return this.#output
  }

  get errors(): readonly string[] {
    this.#errors ??= this.#model.errorsOf(this.name)
    return this.#errors
  }
}

/** Schemas refer to each other through functions, so that they may be declared in any order. */
function normalized(ref: unknown): NormalizedSchema {
  return NormalizedSchema.of((typeof ref === 'function' ? ref() : ref) as SchemaRef)
}

const SCALARS: Readonly<Record<ScalarKind, ScalarShape>> = {
  string: { kind: 'string' },
  number: { kind: 'number' },
  boolean: { kind: 'boolean' },
  blob: { kind: 'blob' },
  timestamp: { kind: 'timestamp' },
  document: { kind: 'document' },
}

const UNIT: StructShape = { kind: 'struct', name: 'Unit', members: [] }

class Walker {
  readonly #structs = new Map<string, StructShape>()
  readonly #model: ServiceModel

  constructor(model: ServiceModel) {
    this.#model = model
  }

  struct(schema: NormalizedSchema): StructShape {
    if (schema.isUnitSchema()) return UNIT
    const name = required(schema.getName(), 'name of a structure')
    let shape = this.#structs.get(name)
    if (shape === undefined) {
      shape = new LazyStruct(name, () => this.#members(name, schema))
      this.#structs.set(name, shape)
    }
    return shape
  }

  #members(struct: string, schema: NormalizedSchema): readonly Member[] {
    const requiredCount = leadingRequired(schema)
    return [...schema.structIterator()].map(([name, member], index) => {
      const shape = this.#shape(member)
      return {
        name,
        messageName: name.charAt(0).toLowerCase() + name.slice(1),
        shape,
        required: index < requiredCount,
        constraint: this.#constraint(struct, name),
      }
    })
  }

  #constraint(struct: string, member: string): Constraint | undefined {
    const { constraints } = this.#model
    return constraints.get(`${struct}.${member}`) ?? constraints.get(member)
  }

  #shape(schema: NormalizedSchema): Shape {
    if (schema.isStructSchema()) return this.struct(schema)
    if (schema.isListSchema()) {
      return { kind: 'list', item: this.#shape(schema.getValueSchema()) }
    }
    if (schema.isMapSchema()) {
      return { kind: 'map', value: this.#shape(schema.getValueSchema()) }
    }
    return SCALARS[scalarKind(schema)]
  }
}

class LazyStruct implements StructShape {
  readonly kind = 'struct'
  readonly name: string
  #walk: (() => readonly Member[]) | undefined
  #members: readonly Member[] = []

  constructor(name: string, walk: () => readonly Member[]) {
    this.name = name
    this.#walk = walk
  }

  get members(): readonly Member[] {
    if (this.#walk !== undefined) {
      this.#members = this.#walk()
      this.#walk = undefined
    }
    return this.#members
  }
}

function scalarKind(schema: NormalizedSchema): ScalarKind {
  if (schema.isStringSchema()) return 'string'
  if (schema.isBooleanSchema()) return 'boolean'
  if (schema.isNumericSchema()) return 'number'
  if (schema.isTimestampSchema()) return 'timestamp'
  if (schema.isBlobSchema()) return 'blob'
  assert(schema.isDocumentSchema(), `the schema of ${schema.getName()} has a known kind`)
  return 'document'
}

/** A structure lists its required members first and says how many they are. */
function leadingRequired(schema: NormalizedSchema): number {
  const raw: unknown = schema.getSchema()
  const count: unknown = Array.isArray(raw) ? raw[6] : undefined
  return typeof count === 'number' ? count : 0
}
