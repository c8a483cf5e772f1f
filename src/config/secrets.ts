// The two secrets that may stand in files of their own, so that a configuration file can be shown
// to a colleague: the service key and the root access key.
import { readFileSync } from 'node:fs'
import { ConfigError, type SettingValues } from './values.js'

export interface RootAccessKey {
  readonly accessKeyId: string
  readonly secretAccessKey: string
}

const SERVICE_KEY_BYTES = 32

/** The service key: 32 bytes, given in base64, or in a file as they are or in base64. */
export function readServiceKey(values: SettingValues): Uint8Array {
  const inline = values.textIfSet('serviceKey')
  const key =
    inline === undefined
      ? readKeyFile(values.text('serviceKeyFile'))
      : Buffer.from(inline, 'base64')
  if (key.length !== SERVICE_KEY_BYTES) {
    throw new ConfigError(`The service key must have ${SERVICE_KEY_BYTES} bytes.`)
  }
  return new Uint8Array(key)
}

function readKeyFile(file: string): Uint8Array {
  const bytes = readSecretFile(file, 'service key file')
  if (bytes.length === SERVICE_KEY_BYTES) return bytes
  return Buffer.from(bytes.toString('utf8').trim(), 'base64')
}

/** The access key of the edge, if there is one: it may only do what an edge needs. */
export function readEdgeAccessKey(values: SettingValues): RootAccessKey | undefined {
  const accessKeyId = values.textIfSet('edgeAccessKey.accessKeyId')
  if (accessKeyId !== undefined) {
    return { accessKeyId, secretAccessKey: values.text('edgeAccessKey.secretAccessKey') }
  }
  const file = values.textIfSet('edgeCredentialsFile')
  return file === undefined ? undefined : readCredentialsFile(file, 'default')
}

/** The same, for the edge itself. */
export function requireEdgeAccessKey(values: SettingValues): RootAccessKey {
  const key = readEdgeAccessKey(values)
  if (key !== undefined) return key
  throw new ConfigError(
    'The access key of the edge is missing: set edgeCredentialsFile, or ' +
      'TWINPOOL_EDGE_ACCESS_KEY_ID and TWINPOOL_EDGE_SECRET_ACCESS_KEY. The root access key is ' +
      'not for the edge.',
  )
}

export function readRootAccessKey(values: SettingValues): RootAccessKey {
  const accessKeyId = values.textIfSet('rootAccessKey.accessKeyId')
  if (accessKeyId !== undefined) {
    return { accessKeyId, secretAccessKey: values.text('rootAccessKey.secretAccessKey') }
  }
  const file = values.textIfSet('rootCredentialsFile')
  if (file === undefined) {
    throw new ConfigError(
      'The root access key is missing: set rootCredentialsFile, or TWINPOOL_ROOT_ACCESS_KEY_ID ' +
        'and TWINPOOL_ROOT_SECRET_ACCESS_KEY.',
    )
  }
  return readCredentialsFile(file, 'default')
}

/** The access key of a profile of a credentials file in the AWS format. */
export function readCredentialsFile(file: string, profile: string): RootAccessKey {
  const text = readSecretFile(file, 'credentials file').toString('utf8')
  const key = parseCredentials(text, profile)
  if (key !== undefined) return key
  throw new ConfigError(`The credentials file ${file} has no access key for [${profile}].`)
}

/** A profile of a credentials file in the AWS format. */
export function parseCredentials(text: string, wanted = 'default'): RootAccessKey | undefined {
  let profile = ''
  const members = new Map<string, string>()
  for (const line of text.split('\n')) {
    const heading = /^\s*\[(.+?)\]\s*$/.exec(line)
    if (heading?.[1] !== undefined) profile = heading[1].trim()
    const member = /^\s*([a-z_]+)\s*=\s*(\S+)\s*$/.exec(line)
    if (profile === wanted && member?.[1] !== undefined && member[2] !== undefined) {
      members.set(member[1], member[2])
    }
  }
  const accessKeyId = members.get('aws_access_key_id')
  const secretAccessKey = members.get('aws_secret_access_key')
  if (accessKeyId === undefined || secretAccessKey === undefined) return undefined
  return { accessKeyId, secretAccessKey }
}

function readSecretFile(file: string, what: string): Buffer {
  try {
    return readFileSync(file)
  } catch (cause) {
    throw new ConfigError(`The ${what} ${file} cannot be read.`, { cause })
  }
}
