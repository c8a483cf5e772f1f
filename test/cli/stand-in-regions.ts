// Servers that stand in for the two Regions of a stack, for the administration commands: they
// verify every signature, keep what is sent to them, and answer what a test has written down.
import assert from 'node:assert/strict'
import { mkdirSync, writeFileSync } from 'node:fs'
import { createServer, type IncomingMessage, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { after, before } from 'node:test'
import { parseSignature } from '#domain/iam/signature/parse.js'
import { signingKey } from '#domain/iam/signature/signing-key.js'
import { checkClaim, checkSignature } from '#domain/iam/signature/verify.js'
import { remove, temporaryDirectory } from '#test/support/program.js'

export const SECRET = 'a-secret'

export type Answer = Record<string, unknown>

/** What a Region says whose database is gone. */
export const FAILURE = { __type: 'InternalErrorException', message: 'Internal server error' }

export interface StandIns {
  readonly directory: string
  /** Names the state directory to a command. */
  readonly flags: readonly string[]
  /** By the name of a Region. */
  readonly endpoints: Record<string, string>
  readonly received: { region: string; target: string; input: Answer }[]
  /** Of an operation, or of one in a Region; a function answers by what it is called with. */
  answers: Record<string, Answer | ((input: Answer) => Answer)>
  /** Writes the stack's record with these Regions. */
  writeState(regions: Record<string, string>): void
}

/** Starts us-west-2 and us-east-1 before the tests of a file, and stops them after. */
export function standInRegions(): StandIns {
  const directory = temporaryDirectory()
  const state = join(directory, 'state')
  const servers: Server[] = []
  const standIns: StandIns = {
    directory,
    flags: ['--state-dir', state],
    endpoints: {},
    received: [],
    answers: {},
    writeState: (regions) => writeRecord(state, regions),
  }
  before(async () => {
    mkdirSync(state)
    const text = `[default]\naws_access_key_id = AKIAX\naws_secret_access_key = ${SECRET}\n`
    writeFileSync(join(state, 'credentials'), text)
    for (const region of ['us-west-2', 'us-east-1']) {
      const server = regionServer(region, standIns)
      servers.push(server)
      await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
      const { port } = server.address() as AddressInfo
      standIns.endpoints[region] = `http://127.0.0.1:${port}`
    }
  })
  after(() => {
    for (const server of servers) server.close()
    remove(directory)
  })
  return standIns
}

function writeRecord(state: string, regions: Record<string, string>): void {
  const record = {
    accountId: '123456789012',
    edge: 'http://localhost:1',
    credentialsFile: join(state, 'credentials'),
    regions: Object.entries(regions).map(([name, endpoint]) => ({ name, endpoint })),
    pids: [],
  }
  writeFileSync(join(state, 'stack.json'), JSON.stringify(record))
}

function regionServer(region: string, standIns: StandIns): Server {
  return createServer(async (request, response) => {
    const body = await bodyOf(request)
    verify(region, request, body)
    const target = String(request.headers['x-amz-target'])
    const input: Answer = JSON.parse(body.toString())
    standIns.received.push({ region, target, input })
    const found = standIns.answers[`${region} ${target}`] ?? standIns.answers[target]
    const answer = typeof found === 'function' ? found(input) : found
    response.statusCode = statusOf(answer)
    response.end(JSON.stringify(answer ?? { __type: 'UnknownOperationException', message: 'no' }))
  })
}

function statusOf(answer: Answer | undefined): number {
  if (answer?.['__type'] === FAILURE.__type) return 500
  return answer === undefined || '__type' in answer ? 400 : 200
}

async function bodyOf(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(chunk as Buffer)
  return Buffer.concat(chunks)
}

function verify(region: string, request: IncomingMessage, body: Buffer): void {
  const signable = {
    method: 'POST',
    url: request.url ?? '',
    headers: request.headersDistinct,
    body,
  }
  const claimed = parseSignature(signable)
  assert.equal(claimed.kind, 'claimed')
  if (claimed.kind !== 'claimed') return
  const verification = {
    regions: [region],
    service: 'twinpool',
    nowMs: Date.now(),
    clockSkewSeconds: 300,
  }
  assert.equal(checkClaim(claimed, verification), undefined)
  assert.equal(checkSignature(signable, claimed, signingKey(SECRET, claimed.scope)), undefined)
}
