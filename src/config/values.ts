// Reads the settings of the table from a configuration file and the environment, the environment
// winning, and refuses what it does not know: a misspelt limit that is silently ignored is worse
// than a process that does not start.

import { readFileSync } from 'node:fs'
import { isIPv4, isIPv6 } from 'node:net'
import { assert } from '#base/assert.js'
import { isObject } from '#base/json.js'
import { type MembersOf, SETTINGS, type Setting } from './settings.js'

/** What is wrong with the configuration, in one sentence for the operator. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError'
}

export type Environment = Readonly<Record<string, string | undefined>>

/** The values of all settings that were given or have a default, checked. */
export class SettingValues {
  readonly #values: ReadonlyMap<string, unknown>
  readonly #given: ReadonlySet<string>

  constructor(values: ReadonlyMap<string, unknown>, given: ReadonlySet<string>) {
    this.#values = values
    this.#given = given
  }

  /** Whether the setting was set, and is not a default. */
  isGiven(path: string): boolean {
    return this.#given.has(path)
  }

  text(path: string): string {
    return String(this.#required(path))
  }

  textIfSet(path: string): string | undefined {
    return this.#values.has(path) ? this.text(path) : undefined
  }

  integer(path: string): number {
    return Number(this.#required(path))
  }

  flag(path: string): boolean {
    return this.#required(path) === true
  }

  /** A list as parsed from JSON; its members are not checked yet. */
  list(path: string): readonly unknown[] {
    return this.#required(path) as readonly unknown[]
  }

  /** The members of the configuration of the process, nested as in the file. */
  membersOf<P extends 'serve' | 'edge'>(process: P): MembersOf<P> {
    const members: Record<string, unknown> = {}
    for (const { path, readBy, isSource, isRequired } of SETTINGS) {
      if (isSource || (readBy !== process && readBy !== 'both')) continue
      const value = isRequired ? this.#required(path) : this.#values.get(path)
      const [first = '', second] = path.split('.')
      if (second === undefined) members[first] = value
      else members[first] = { ...(members[first] as object), [second]: value }
    }
    return members as MembersOf<P>
  }

  #required(path: string): unknown {
    const value = this.#values.get(path)
    if (value !== undefined) return value
    const setting = SETTINGS.find((one) => one.path === path)
    assert(setting !== undefined, `${path} is a setting of the table`)
    throw new ConfigError(`The setting ${path} (variable ${setting.variable}) is missing.`)
  }
}

export interface SettingSources {
  /** Path of a JSON file with settings. */
  readonly file?: string | undefined
  readonly environment: Environment
  /** Values that win over both, by path: the flags of a command. */
  readonly overrides?: Readonly<Record<string, unknown>> | undefined
}

export function readSettings(sources: SettingSources): SettingValues {
  requireKnownVariables(sources.environment)
  const inFile = sources.file === undefined ? new Map<string, unknown>() : readFile(sources.file)
  const values = new Map<string, unknown>()
  const given = new Set<string>()
  for (const setting of SETTINGS) {
    const set =
      sources.overrides?.[setting.path] ??
      environmentValue(setting, sources.environment) ??
      inFile.get(setting.path)
    if (set !== undefined) given.add(setting.path)
    const raw = set ?? setting.fallback
    if (raw !== undefined) values.set(setting.path, checked(setting, raw))
  }
  return new SettingValues(values, given)
}

function environmentValue(setting: Setting, environment: Environment): unknown {
  const text = environment[setting.variable]
  if (text === undefined || text === '') return undefined
  switch (setting.type) {
    case 'integer':
      return /^-?\d+$/.test(text) ? Number(text) : text
    case 'decimal':
      return /^\d+(?:\.\d+)?$/.test(text) ? Number(text) : text
    case 'flag':
      return text === 'true' ? true : text === 'false' ? false : text
    case 'networks':
      return text.split(',').map((network) => network.trim())
    case 'regions':
    case 'functions':
      return parseJson(text, `The variable ${setting.variable}`)
    default:
      return text
  }
}

function readFile(file: string): ReadonlyMap<string, unknown> {
  let text: string
  try {
    text = readFileSync(file, 'utf8')
  } catch (cause) {
    throw new ConfigError(`The configuration file ${file} cannot be read.`, { cause })
  }
  const parsed = parseJson(text, `The configuration file ${file}`)
  if (!isObject(parsed)) throw new ConfigError(`The configuration file ${file} is not an object.`)
  const values = new Map<string, unknown>()
  flatten(parsed, { prefix: '', into: values })
  const known = new Set(SETTINGS.map((setting) => setting.path))
  for (const path of values.keys()) {
    if (!known.has(path)) {
      throw new ConfigError(`The configuration file ${file} has an unknown setting: ${path}.`)
    }
  }
  return values
}

function flatten(
  from: Readonly<Record<string, unknown>>,
  target: { prefix: string; into: Map<string, unknown> },
): void {
  for (const [name, value] of Object.entries(from)) {
    const path = `${target.prefix}${name}`
    if (isObject(value)) flatten(value, { prefix: `${path}.`, into: target.into })
    else target.into.set(path, value)
  }
}

function checked(setting: Setting, value: unknown): unknown {
  const wrong = (wanted: string) =>
    new ConfigError(`The setting ${setting.path} (variable ${setting.variable}) must be ${wanted}.`)
  switch (setting.type) {
    case 'integer': {
      const min = setting.min ?? 0
      const max = setting.max ?? Number.MAX_SAFE_INTEGER
      const fits =
        typeof value === 'number' && Number.isInteger(value) && value >= min && value <= max
      if (!fits) throw wrong(`a whole number from ${min} to ${max} (${setting.unit})`)
      return value
    }
    case 'decimal': {
      const { min = 0, max = Number.MAX_SAFE_INTEGER, unit } = setting
      const fits = typeof value === 'number' && value >= min && value <= max
      if (!fits) throw wrong(`a number from ${min} to ${max} (${unit})`)
      return value
    }
    case 'flag':
      if (typeof value !== 'boolean') throw wrong('true or false')
      return value
    case 'choice':
      if (!setting.choices?.includes(String(value))) throw wrong(setting.unit)
      return value
    case 'networks':
      if (!Array.isArray(value) || !value.every(isNetwork)) {
        throw wrong(
          'a list of networks, such as 10.0.0.0/8 or 2001:db8::/32, and none of everybody',
        )
      }
      return value
    case 'functions':
      if (!Array.isArray(value)) throw wrong('a list of functions')
      return value
    case 'regions':
      if (!Array.isArray(value) || value.length === 0) throw wrong('a list of Regions')
      return value
    default:
      if (typeof value !== 'string' || value === '') throw wrong('a text that is not empty')
      return value
  }
}

/** An address, or a network in CIDR notation that is not the whole world. */
function isNetwork(value: unknown): boolean {
  if (typeof value !== 'string') return false
  const [address = '', prefix, ...rest] = value.split('/')
  const bits = isIPv4(address) ? 32 : isIPv6(address) && !address.includes('%') ? 128 : 0
  if (bits === 0 || rest.length > 0) return false
  return prefix === undefined || (/^[1-9]\d{0,2}$/.test(prefix) && Number(prefix) <= bits)
}

function parseJson(text: string, source: string): unknown {
  try {
    return JSON.parse(text)
  } catch (cause) {
    throw new ConfigError(`${source} is not valid JSON.`, { cause })
  }
}

/** Read by the command line and not by a process of the service. */
export const STATE_DIRECTORY_VARIABLE = 'TWINPOOL_STATE_DIR'

/** Refuses a variable whose name begins as those of settings do, and that no setting has. */
export function requireKnownVariables(environment: Environment): void {
  const known = [...SETTINGS.map(({ variable }) => variable), STATE_DIRECTORY_VARIABLE]
  for (const [name, value = ''] of Object.entries(environment)) {
    if (!name.startsWith('TWINPOOL_') || known.includes(name) || isOfService(name, value)) continue
    const nearest = known.toSorted((a, b) => distance(a, name) - distance(b, name))[0] ?? ''
    const isNear = distance(nearest, name) <= 4
    throw new ConfigError(
      isNear
        ? `The variable ${name} is no setting; did you mean ${nearest}?`
        : `The variable ${name} is no setting; docs/configuration.md has them all.`,
    )
  }
}

/** Kubernetes sets such variables in every container if a service is called `twinpool`. */
function isOfService(name: string, value: string): boolean {
  return (
    /^(?:tcp|udp):\/\//.test(value) ||
    /_SERVICE_(?:HOST|PORT(?:_\w+)?)$/.test(name) ||
    /_PORT_\d+_(?:TCP|UDP)(?:_(?:PROTO|PORT|ADDR))?$/.test(name)
  )
}

/** How many letters have to be changed, added or taken away (Levenshtein). */
function distance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, index) => index)
  for (let i = 1; i <= a.length; i += 1) {
    const next = [i]
    for (let j = 1; j <= b.length; j += 1) {
      const change = (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1)
      next.push(Math.min(change, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1))
    }
    row = next
  }
  return row[b.length] ?? 0
}
