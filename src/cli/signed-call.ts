// Signed calls of the administration commands to a Region: AWS JSON 1.1 with Signature Version 4,
// as any client of the API makes them. Inside a state directory the address and the key are known;
// in production they come from flags and the AWS environment variables.
import { readFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import { systemClock } from '#adapters/system/clock.js'
import { utf8 } from '#base/bytes.js'
import { isObject } from '#base/json.js'
import { environmentAwsCredentials } from '#config/config.js'
import { parseCredentials } from '#config/secrets.js'
import { sha256Hex } from '#domain/iam/signature/canonical.js'
import { signHeaders } from '#domain/iam/signature/sign.js'
import { CommandError, sentenceOf } from './failure.js'
import { readStackRecord } from './stack-record.js'
import { coloured } from './text.js'

export interface CallFlags {
  readonly stateDir: string
  /** A Region endpoint elsewhere; needs `region` and the AWS environment variables. */
  readonly endpoint: string | undefined
  readonly region: string | undefined
}

export interface Target {
  readonly region: string
  readonly endpoint: string
  readonly credentials: { accessKeyId: string; secretAccessKey: string; sessionToken?: string }
}

const SERVICE = 'twinpool'
const CALL_TIMEOUT_MS = 10_000

/** The Regions that a command may call, in the order of the stack. */
export async function targetsOf(flags: CallFlags): Promise<readonly Target[]> {
  if (flags.endpoint !== undefined) return [remoteTarget(flags)]
  const directory = resolve(flags.stateDir)
  const record = await readStackRecord(directory)
  if (record === undefined) {
    throw new CommandError(
      `There is no stack in ${directory}; give --state-dir, or --endpoint and --region.`,
    )
  }
  const text = await readFile(record.credentialsFile, 'utf8').catch(() => '')
  const credentials = parseCredentials(text)
  if (credentials === undefined) {
    throw new CommandError(`The credentials file ${record.credentialsFile} cannot be read.`)
  }
  const targets = record.regions
    .filter(({ name }) => flags.region === undefined || name === flags.region)
    .map(({ name, endpoint }) => ({ region: name, endpoint, credentials }))
  if (targets.length === 0) throw new CommandError(`The stack has no Region ${flags.region}.`)
  return targets
}

function remoteTarget(flags: CallFlags): Target {
  const { endpoint, region } = flags
  const credentials = environmentAwsCredentials()
  if (endpoint === undefined || !URL.canParse(endpoint)) {
    throw new CommandError(`--endpoint ${endpoint} is not a URL.`)
  }
  if (region === undefined) throw new CommandError('--endpoint needs --region.')
  if (credentials === undefined) {
    throw new CommandError(
      '--endpoint needs AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or ' +
        'AWS_SHARED_CREDENTIALS_FILE.',
    )
  }
  return { region, endpoint, credentials }
}

/** Calls `operation` of one Region; `undefined` when nothing responds there. */
export async function tryCall(
  target: Target,
  operation: string,
  input: Readonly<Record<string, unknown>>,
  timeoutMs = CALL_TIMEOUT_MS,
): Promise<Readonly<Record<string, unknown>> | undefined> {
  const body = JSON.stringify(input)
  const headers = sign(target, operation, body)
  let response: Response
  try {
    response = await fetch(target.endpoint, {
      method: 'POST',
      headers,
      body,
      signal: AbortSignal.timeout(timeoutMs),
    })
  } catch {
    return undefined
  }
  const text = await response.text()
  const output = parseResponse(text, target)
  if (response.ok) return output
  const type = String(output['__type'] ?? response.status).replace(/^.*#/, '')
  const message = output['message'] ?? output['Message'] ?? 'no message'
  throw new CommandError(`${operation} in ${target.region} failed: ${message} (${type})`)
}

/** Calls the first Region that responds. */
export async function callAny(
  targets: readonly Target[],
  operation: string,
  input: Readonly<Record<string, unknown>>,
): Promise<Readonly<Record<string, unknown>>> {
  for (const target of targets) {
    const output = await tryCall(target, operation, input)
    if (output !== undefined) return output
  }
  throw noResponse(targets)
}

/** What the Regions responded, and which of them did not. */
export interface RegionResponses {
  readonly responses: readonly { region: string; output: Readonly<Record<string, unknown>> }[]
  readonly silent: readonly string[]
}

/** Says of Regions that do not respond that what they have is missing from what was printed. */
export function reportSilent({ silent }: Pick<RegionResponses, 'silent'>): void {
  for (const region of silent) {
    const line = `${region} does not answer; what only it has is not shown.`
    console.error(coloured(line, 'yellow', process.stderr))
  }
}

/** Calls every Region, and returns the responses. */
export async function callEach(
  targets: readonly Target[],
  operation: string,
  input: Readonly<Record<string, unknown>>,
): Promise<RegionResponses> {
  const responses = await Promise.all(
    targets.map(async (target) => ({
      region: target.region,
      output: await tryCall(target, operation, input),
    })),
  )
  const present = responses.flatMap(({ region, output }) =>
    output === undefined ? [] : [{ region, output }],
  )
  requireResponse(targets, present)
  const silent = responses.flatMap(({ region, output }) => (output === undefined ? [region] : []))
  return { responses: present, silent }
}

/** Fails when no Region responded. */
export function requireResponse(targets: readonly Target[], responses: readonly unknown[]): void {
  if (responses.length === 0) throw noResponse(targets)
}

/** The failure of a command that no Region responds to. */
export function noResponse(targets: readonly Target[]): CommandError {
  const addresses = targets.map((target) => target.endpoint).join(' or ')
  return new CommandError(`No Region answers at ${addresses}; is the stack running?`)
}

function sign(target: Target, operation: string, body: string): Record<string, string> {
  const url = new URL(target.endpoint)
  const { accessKeyId, secretAccessKey, sessionToken } = target.credentials
  const signed = signHeaders(
    {
      method: 'POST',
      url: url.pathname,
      headers: {
        host: url.host,
        'content-type': 'application/x-amz-json-1.1',
        'x-amz-target': `TwinpoolService.${operation}`,
        'x-amz-content-sha256': sha256Hex(body),
        ...(sessionToken === undefined ? {} : { 'x-amz-security-token': sessionToken }),
      },
      body: utf8(body),
    },
    {
      accessKeyId,
      secretAccessKey,
      region: target.region,
      service: SERVICE,
      nowMs: systemClock.nowMs(),
    },
  )
  // fetch writes the host header itself, the same as it was signed.
  const { host: _, ...headers } = signed
  return headers
}

function parseResponse(text: string, target: Target): Readonly<Record<string, unknown>> {
  try {
    const output: unknown = text === '' ? {} : JSON.parse(text)
    if (isObject(output)) return output
  } catch (error) {
    throw new CommandError(`${target.endpoint} did not answer in JSON: ${sentenceOf(error)}`)
  }
  throw new CommandError(`${target.endpoint} did not answer as a Region of twinpool does.`)
}
