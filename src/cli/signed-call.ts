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

type Members = Readonly<Record<string, unknown>>

/** What became of a call. */
export type Answer<Output = Members> =
  | { readonly kind: 'output'; readonly output: Output }
  /** The caller must change something: no other Region is asked instead. */
  | { readonly kind: 'refused'; readonly reason: string }
  /** The Region says that it cannot, as one does whose database is gone. */
  | { readonly kind: 'failed'; readonly reason: string }
  /** Nothing responds there. */
  | { readonly kind: 'silent' }

/** Calls `operation` of one Region. */
export async function askRegion(
  target: Target,
  operation: string,
  input: Members,
  timeoutMs = CALL_TIMEOUT_MS,
): Promise<Answer> {
  const body = JSON.stringify(input)
  const headers = sign(target, operation, body)
  let response: Response
  let text: string
  try {
    response = await fetch(target.endpoint, {
      method: 'POST',
      headers,
      body,
      signal: AbortSignal.timeout(timeoutMs),
    })
    text = await response.text()
  } catch {
    return { kind: 'silent' }
  }
  const { ok, status } = response
  if (status >= 500) return { kind: 'failed', reason: reasonIn(membersIn(text) ?? {}, status) }
  const output = parseResponse(text, target)
  return ok ? { kind: 'output', output } : { kind: 'refused', reason: reasonIn(output, status) }
}

function reasonIn(output: Members, status: number): string {
  const type = String(output['__type'] ?? status).replace(/^.*#/, '')
  return `${output['message'] ?? output['Message'] ?? 'no message'} (${type})`
}

/** A proxy that stands before a Region does not say in JSON that the Region fails. */
function membersIn(text: string): Members | undefined {
  try {
    const output: unknown = JSON.parse(text)
    return isObject(output) ? output : undefined
  } catch {
    return undefined
  }
}

/** The failure of a command that a Region refuses, or fails to serve. */
export function failureOf(operation: string, { region }: Target, reason: string): CommandError {
  return new CommandError(`${operation} in ${region} failed: ${reason}`)
}

/** Calls `operation` of one Region; `undefined` when nothing responds there. */
export async function tryCall(
  target: Target,
  operation: string,
  input: Members,
  timeoutMs?: number,
): Promise<Members | undefined> {
  const answer = await askRegion(target, operation, input, timeoutMs)
  if (answer.kind === 'output') return answer.output
  if (answer.kind === 'silent') return undefined
  throw failureOf(operation, target, answer.reason)
}

/** Calls the first Region that responds and does not fail. */
export async function callAny(
  targets: readonly Target[],
  operation: string,
  input: Members,
): Promise<Members> {
  return (await callFirst(targets, operation, input)).output
}

/** Calls the first Region that responds and does not fail, and says which one that was. */
export async function callFirst(
  targets: readonly Target[],
  operation: string,
  input: Members,
  timeoutMs?: number,
): Promise<{ readonly target: Target; readonly output: Members }> {
  const failures: string[] = []
  for (const target of targets) {
    const answer = await askRegion(target, operation, input, timeoutMs)
    if (answer.kind === 'output') return { target, output: answer.output }
    if (answer.kind === 'silent') continue
    failures.push(failureOf(operation, target, answer.reason).message)
    if (answer.kind === 'refused') break
  }
  // A refusal may only be about what the Region before it has, so that is said as well.
  if (failures.length > 0) throw new CommandError(failures.join('; '))
  throw noResponse(targets)
}

/** Regions of which nothing is known now. */
export interface MissingRegions {
  /** Those that do not respond, and those that fail. */
  readonly silent: readonly string[]
  /** What those say that fail. */
  readonly failures: ReadonlyMap<string, string>
}

/** What the Regions responded, and which of them did not. */
export interface RegionResponses<Output = Members> extends MissingRegions {
  readonly responses: readonly { readonly region: string; readonly output: Output }[]
}

/** Says of Regions that do not respond that what they have is missing from what was printed. */
export function reportSilent({ silent, failures }: MissingRegions): void {
  for (const region of silent) {
    const reason = failures.get(region)
    const what = reason === undefined ? 'does not answer' : `fails: ${reason}`
    const line = `${region} ${what}; what only it has is not shown.`
    console.error(coloured(line, 'yellow', process.stderr))
  }
}

/** Calls every Region, and returns the responses. */
export function callEach(
  targets: readonly Target[],
  operation: string,
  input: Members,
): Promise<RegionResponses> {
  return askEach(targets, operation, (target) => askRegion(target, operation, input))
}

/** Asks every Region. Fails when one of them refuses, and when none of them responds. */
export async function askEach<Output>(
  targets: readonly Target[],
  operation: string,
  ask: (target: Target) => Promise<Answer<Output>>,
): Promise<RegionResponses<Output>> {
  const asked = await Promise.all(
    targets.map(async (target) => ({ target, answer: await ask(target) })),
  )
  const responses: { region: string; output: Output }[] = []
  const silent: string[] = []
  const failures = new Map<string, string>()
  for (const { target, answer } of asked) {
    const { region } = target
    if (answer.kind === 'refused') throw failureOf(operation, target, answer.reason)
    if (answer.kind === 'output') responses.push({ region, output: answer.output })
    else silent.push(region)
    if (answer.kind === 'failed') failures.set(region, answer.reason)
  }
  if (responses.length > 0) return { responses, silent, failures }
  const failing = targets.find(({ region }) => failures.has(region))
  if (failing === undefined) throw noResponse(targets)
  throw failureOf(operation, failing, String(failures.get(failing.region)))
}

/** The failure of a command that no Region responds to. */
function noResponse(targets: readonly Target[]): CommandError {
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
