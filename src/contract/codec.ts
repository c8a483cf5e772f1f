// AWS JSON 1.1 to values and back. Decoding trusts nothing: a value of the wrong JSON type is a
// SerializationError and never a crash, members that the schema does not know are ignored, nulls
// are dropped, and keys of maps cannot reach an object's prototype. Depth is bounded by the
// schemas, which do not refer to themselves, and for documents by a limit. Decoders and encoders
// are compiled once for each shape, so a request costs little more than `JSON.parse`.

import { assert } from '#base/assert.js'
import { isObject } from '#base/json.js'
import {
  forEachStruct,
  type ListShape,
  type MapShape,
  type ScalarKind,
  type Shape,
  type StructShape,
} from './schema.js'

/** A decoded structure. Its TypeScript type is in `types.ts`. */
export type StructValue = { [member: string]: unknown }

/** The request is not what its operation's schema says. The message is fit for the caller. */
export class SerializationError extends Error {
  override readonly name = 'SerializationError'
  /** Where, as wire names and indexes; for logs. */
  readonly path: string

  constructor(message: string, path: readonly (string | number)[] = []) {
    super(message)
    this.path = path.join('.')
  }
}

const MAX_ENTRIES = 10_000
const LONE_SURROGATE = /\p{Surrogate}/u
const MAX_DOCUMENT_DEPTH = 64
/** The range of a date, in seconds: 100,000,000 days around the epoch. */
const MAX_TIMESTAMP_SECONDS = 8.64e12

type Path = (string | number)[]
type Decoder = (json: unknown, path: Path) => unknown
type Encoder = (value: unknown) => unknown

/** Decodes what `JSON.parse` made of a request body. Throws SerializationError. */
export function decode(shape: StructShape, json: unknown): StructValue {
  return structDecoder(shape)(json, []) as StructValue
}

/** Decodes a request body; an empty one is an empty structure. Throws SerializationError. */
export function decodeBody(shape: StructShape, body: string): StructValue {
  return decode(shape, body === '' ? {} : parsed(body))
}

/** Encodes a value as a response body. Members that are `undefined` or unknown are dropped. */
export function encode(shape: StructShape, value: object): string {
  return JSON.stringify(structEncoder(shape)(value))
}

function parsed(body: string): unknown {
  try {
    return JSON.parse(body)
  } catch {
    throw new SerializationError('The request body is not valid JSON.')
  }
}

function decoderOf(shape: Shape): Decoder {
  if (shape.kind === 'struct') return (json, path) => structDecoder(shape)(json, path)
  if (shape.kind === 'list') return listDecoder(shape)
  if (shape.kind === 'map') return mapDecoder(shape)
  return scalarDecoders[shape.kind]
}

const structDecoder = forEachStruct((shape): Decoder => {
  const members = shape.members.map(({ name, shape }) => ({ name, decode: decoderOf(shape) }))
  return (json, path) => {
    if (!isObject(json)) throw unexpectedForObject(json, path)
    const value: StructValue = {}
    for (const { name, decode } of members) {
      const member = json[name]
      if (member === undefined || member === null) continue
      path.push(name)
      value[name] = decode(member, path)
      path.pop()
    }
    return value
  }
})

function listDecoder({ item }: ListShape): Decoder {
  const decode = decoderOf(item)
  return (json, path) => {
    if (!Array.isArray(json)) {
      throw new SerializationError(isObject(json) ? STRUCTURE_FOUND : 'Expected list or null', path)
    }
    if (json.length > MAX_ENTRIES) throw tooLarge(path)
    const values: unknown[] = []
    for (let index = 0; index < json.length; index += 1) {
      const entry: unknown = json[index]
      if (entry === null || entry === undefined) continue
      path.push(index)
      values.push(decode(entry, path))
      path.pop()
    }
    return values
  }
}

/** A decoded map has no prototype, so `map[key]` finds entries only, whatever the key. */
function mapDecoder({ value }: MapShape): Decoder {
  const decode = decoderOf(value)
  return (json, path) => {
    if (!isObject(json)) throw unexpectedForObject(json, path)
    const keys = Object.keys(json)
    if (keys.length > MAX_ENTRIES) throw tooLarge(path)
    const values = emptyMap()
    for (const key of keys) {
      const entry = json[key]
      if (entry === null || entry === undefined) continue
      path.push(key)
      storable(key, path)
      values[key] = decode(entry, path)
      path.pop()
    }
    return values
  }
}

/** Text that no database column can hold is refused here, instead of failing as it is stored. */
function storable(text: string, path: readonly (string | number)[]): string {
  if (text.includes('\0') || LONE_SURROGATE.test(text)) {
    throw new SerializationError('A String holds a character that is not allowed', path)
  }
  return text
}

const scalarDecoders: Readonly<Record<ScalarKind, Decoder>> = {
  string: (json, path) =>
    typeof json === 'string' ? storable(json, path) : wrongType(json, 'a String', path),
  boolean: (json, path) => (typeof json === 'boolean' ? json : wrongType(json, 'a Boolean', path)),
  // The numbers of both services are integers, and the services cut off a fraction.
  number: (json, path) =>
    typeof json === 'number' && Math.abs(json) <= Number.MAX_SAFE_INTEGER
      ? Math.trunc(json) + 0
      : wrongType(json, 'an Integer', path),
  timestamp: (json, path) =>
    typeof json === 'number' && Math.abs(json) <= MAX_TIMESTAMP_SECONDS
      ? new Date(Math.round(json * 1000))
      : wrongType(json, 'a Timestamp', path),
  blob: (json, path) =>
    typeof json === 'string' && isBase64(json)
      ? new Uint8Array(Buffer.from(json, 'base64'))
      : wrongType(json, 'a Blob', path),
  document: (json, path) => copyOfDocument(json, 0, path),
}

/** Copied, so that no key is taken for a prototype and no depth overflows the stack. */
function copyOfDocument(json: unknown, depth: number, path: Path): unknown {
  if (typeof json !== 'object' || json === null) return json
  if (depth >= MAX_DOCUMENT_DEPTH) {
    throw new SerializationError('The document is nested too deeply.', path)
  }
  if (Array.isArray(json)) return json.map((item) => copyOfDocument(item, depth + 1, path))
  const copy = emptyMap()
  for (const [key, value] of Object.entries(json))
    copy[key] = copyOfDocument(value, depth + 1, path)
  return copy
}

function emptyMap(): StructValue {
  return Object.create(null) as StructValue
}

/** Padding may be left out, as lenient decoders allow; stray characters may not. */
function isBase64(text: string): boolean {
  return /^[A-Za-z0-9+/]*={0,2}$/.test(text) && text.replace(/={1,2}$/, '').length % 4 !== 1
}

const STRUCTURE_FOUND = 'Start of structure or map found where not expected.'
const LIST_FOUND = 'Start of list found where not expected'

function unexpectedForObject(json: unknown, path: Path): SerializationError {
  return new SerializationError(Array.isArray(json) ? LIST_FOUND : 'Expected null', path)
}

function tooLarge(path: Path): SerializationError {
  return new SerializationError(`A list or map has more than ${MAX_ENTRIES} entries.`, path)
}

function wrongType(json: unknown, wanted: string, path: Path): never {
  if (Array.isArray(json)) throw new SerializationError(LIST_FOUND, path)
  if (isObject(json)) throw new SerializationError(STRUCTURE_FOUND, path)
  throw new SerializationError(`${token(json)} can not be converted to ${wanted}`, path)
}

function token(json: unknown): string {
  if (typeof json === 'string') return 'STRING_VALUE'
  if (typeof json === 'number') return 'NUMBER_VALUE'
  return json === true ? 'TRUE_VALUE' : 'FALSE_VALUE'
}

function encoderOf(shape: Shape): Encoder {
  if (shape.kind === 'struct') return (value) => structEncoder(shape)(value)
  if (shape.kind === 'list') {
    const encode = encoderOf(shape.item)
    return (value) => (value as readonly unknown[]).map(encode)
  }
  if (shape.kind === 'map') return mapEncoder(shape)
  return scalarEncoders[shape.kind]
}

const structEncoder = forEachStruct((shape): Encoder => {
  const members = shape.members.map(({ name, shape }) => ({ name, encode: encoderOf(shape) }))
  return (value) => {
    assert(isObject(value), `a ${shape.name} is an object`)
    const json: StructValue = {}
    for (const { name, encode } of members) {
      const member = value[name]
      if (member !== undefined && member !== null) json[name] = encode(member)
    }
    return json
  }
})

function mapEncoder(shape: MapShape): Encoder {
  const encode = encoderOf(shape.value)
  return (value) => {
    const json = emptyMap()
    for (const [key, entry] of Object.entries(value as StructValue)) {
      if (entry !== undefined && entry !== null) json[key] = encode(entry)
    }
    return json
  }
}

const scalarEncoders: Readonly<Record<ScalarKind, Encoder>> = {
  string: (value) => value,
  boolean: (value) => value,
  number: (value) => {
    assert(Number.isFinite(value), 'a number on the wire is finite')
    return value
  },
  timestamp: (value) => {
    assert(value instanceof Date && !Number.isNaN(value.getTime()), 'a timestamp is a valid Date')
    return value.getTime() / 1000
  },
  blob: (value) => {
    assert(value instanceof Uint8Array, 'a blob is bytes')
    return Buffer.from(value.buffer, value.byteOffset, value.byteLength).toString('base64')
  },
  document: (value) => value,
}
