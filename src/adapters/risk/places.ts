// Where addresses are, from a source that the configuration names: a CSV file of networks, or a
// JavaScript module. Neither comes with Twinpool.
//
// A file has lines of `network,country,city,latitude,longitude`, its networks in CIDR form; the
// last three columns may be empty, and the smallest network that has the address counts. A module
// exports `locate(ip)`, which returns (or resolves to) an object with those members, or nothing.
import { readFile } from 'node:fs/promises'
import { isIP } from 'node:net'
import { pathToFileURL } from 'node:url'
import { DependencyError } from '#base/dependency-error.js'
import { isObject } from '#base/json.js'
import type { Place } from '#domain/risk/event.js'
import type { Places } from '#ports/risk.js'

/** Settings of the source; at most one of the two. */
export interface PlacesConfig {
  readonly locationsFile: string | undefined
  readonly locationsModule: string | undefined
}

const NOWHERE: Places = { find: async () => undefined }

export function openPlaces({ locationsFile, locationsModule }: PlacesConfig): Places {
  if (locationsFile !== undefined) return ofFile(locationsFile)
  return locationsModule === undefined ? NOWHERE : ofModule(locationsModule)
}

function ofModule(path: string): Places {
  type Locate = (ip: string) => unknown
  let loading: Promise<Locate> | undefined
  const load = async () => {
    const loaded = (await import(pathToFileURL(path).href)) as { locate?: unknown }
    if (typeof loaded.locate !== 'function')
      throw new DependencyError(`${path} exports no function locate`, { isRetryable: false })
    return loaded.locate as Locate
  }
  return {
    async find(ip) {
      loading ??= load()
      return toPlace(await (await loading)(ip))
    },
  }
}

function toPlace(found: unknown): Place | undefined {
  if (!isObject(found)) return undefined
  const text = (value: unknown) => (typeof value === 'string' && value !== '' ? value : undefined)
  const degrees = (value: unknown) =>
    typeof value === 'number' && Number.isFinite(value) ? value : undefined
  return {
    country: text(found['country']),
    city: text(found['city']),
    latitude: degrees(found['latitude']),
    longitude: degrees(found['longitude']),
  }
}

/** Networks of one length, by their first bits. */
type Networks = ReadonlyMap<number, ReadonlyMap<bigint, Place>>

function ofFile(path: string): Places {
  let loading: Promise<Record<4 | 6, Networks>> | undefined
  return {
    async find(ip) {
      loading ??= readNetworks(path)
      const version = isIP(ip)
      if (version !== 4 && version !== 6) return undefined
      return smallest((await loading)[version], bitsOf(ip), version === 4 ? 32 : 128)
    },
  }
}

function smallest(networks: Networks, bits: bigint, length: number): Place | undefined {
  for (const [prefix, places] of networks) {
    const found = places.get(bits >> BigInt(length - prefix))
    if (found !== undefined) return found
  }
  return undefined
}

async function readNetworks(path: string): Promise<Record<4 | 6, Networks>> {
  const found = {
    4: new Map<number, Map<bigint, Place>>(),
    6: new Map<number, Map<bigint, Place>>(),
  }
  const lines = (await readFile(path, 'utf8')).split(/\r?\n/)
  for (const [index, line] of lines.entries()) {
    if (line.trim() === '' || line.startsWith('#') || (index === 0 && line.startsWith('network'))) {
      continue
    }
    const [network = '', country, city, latitude, longitude] = line.split(',')
    const [address = '', prefixText] = network.trim().split('/')
    const version = isIP(address)
    const prefix = Number(prefixText)
    const length = version === 4 ? 32 : 128
    if ((version !== 4 && version !== 6) || !(prefix >= 0 && prefix <= length)) {
      throw new DependencyError(`${path} has no network in line ${index + 1}`, {
        isRetryable: false,
      })
    }
    const places = found[version].get(prefix) ?? new Map<bigint, Place>()
    found[version].set(prefix, places)
    places.set(bitsOf(address) >> BigInt(length - prefix), {
      country: country || undefined,
      city: city || undefined,
      latitude: latitude ? Number(latitude) : undefined,
      longitude: longitude ? Number(longitude) : undefined,
    })
  }
  return { 4: byLength(found[4]), 6: byLength(found[6]) }
}

/** The longest prefix, which is the smallest network, first. */
function byLength(networks: Map<number, Map<bigint, Place>>): Networks {
  return new Map([...networks].sort(([a], [b]) => b - a))
}

/** An address as the number that it is. */
function bitsOf(ip: string): bigint {
  if (isIP(ip) === 4) return ip.split('.').reduce((sum, part) => (sum << 8n) | BigInt(part), 0n)
  const [head = '', tail] = ip.split('%')[0]?.split('::') ?? []
  const groups = (text: string) => (text === '' ? [] : text.split(':').flatMap(toGroups))
  const before = groups(head)
  const behind = tail === undefined ? [] : groups(tail)
  const zeros = new Array<number>(Math.max(0, 8 - before.length - behind.length)).fill(0)
  return [...before, ...zeros, ...behind].reduce((sum, part) => (sum << 16n) | BigInt(part), 0n)
}

/** A group, or the two that an IPv4 address at the end is. */
function toGroups(part: string): readonly number[] {
  if (!part.includes('.')) return [Number.parseInt(part, 16)]
  const [a = 0, b = 0, c = 0, d = 0] = part.split('.').map(Number)
  return [a * 256 + b, c * 256 + d]
}
