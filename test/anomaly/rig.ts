// A node without its faces, for tests of what calls leave behind: the real dispatch, flows and
// storage over a database of its own, with every port behind a counter that can make the n-th call
// of it fail. Nothing else runs, so whatever changes in the database was changed by a call.

import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import {
  directoryTables,
  regionalTables,
  runtimeTables,
} from '#adapters/postgres/replication/tables.js'
import { systemClock } from '#adapters/system/clock.js'
import { systemRandom } from '#adapters/system/random.js'
import type { Services } from '#api/cognito/context.js'
import { createUserPoolsDispatch } from '#api/cognito/service.js'
import { storeUpload } from '#app/imports/upload.js'
import { openOutboxMessage } from '#app/messages/outbox-seal.js'
import { LINK_CALLS } from '#app/replication/link-calls.js'
import { ReplicaControl } from '#app/replication/replica-control.js'
import { required } from '#base/assert.js'
import { DependencyError } from '#base/dependency-error.js'
import type { Logger } from '#base/log.js'
import type { Config } from '#config/config.js'
import { composeFlows } from '#node/flows.js'
import { openStorage, type Storage } from '#node/storage.js'
import { asPrimary } from '#ports/capability.js'
import type { KeyService } from '#ports/keys.js'
import { noMetrics } from '#ports/metrics.js'
import { LinkUnreachableError, type RegionLink } from '#ports/region-link.js'
import type { UnitOfWork } from '#ports/unit-of-work.js'
import { cloneDatabase, quietLog } from '#test/support/database.js'
import { ACCOUNT_ID, nodeConfig, runtimeOf } from '#test/support/node-config.js'
import { nextRsaKeyPair } from '#test/support/rsa-key-pairs.js'
import { waitFor } from '#test/support/wait.js'
import { riddle } from './riddle.js'
import { type Snapshot, takeSnapshot } from './snapshot.js'

export const WEST = 'us-west-2'
export const EAST = 'us-east-1'
export const KEY_ARN = `arn:aws:kms:${WEST}:${ACCOUNT_ID}:key/mrk-${'1'.repeat(32)}`

/** A call that fails: before it is carried out, or after, as when only its response is lost. */
export interface Fault {
  readonly nth: number
  readonly when: 'before' | 'after'
}

/** The output of any operation. */
export type Output = Readonly<Record<string, unknown>>

/** A text in an output, by the names that lead to it. */
export function textAt(output: Output, ...path: readonly string[]): string {
  let value: unknown = output
  for (const name of path) value = (value as Output | undefined)?.[name]
  assert.ok(typeof value === 'string', `${path.join('.')} is a text`)
  return value
}

export interface Ending {
  readonly status: number
  readonly errorCode: string | undefined
  readonly output: Output
  /** The port call that failed; undefined when the call made fewer. */
  readonly failed: string | undefined
  /** What went wrong inside, for a person who reads the failed test. */
  readonly cause: string
}

export interface Rig {
  /** Runs an operation, with a fault if one is given. */
  call(operation: string, input: object, fault?: Fault): Promise<Ending>
  /** Runs an operation that must succeed. */
  ok(operation: string, input: object): Promise<Output>
  /** The code or temporary password of the newest message to a user. */
  code(poolId: string, username: string): Promise<string>
  /** The body of the newest message to a user that bears no code, once it is there. */
  notice(poolId: string, username: string): Promise<string>
  /** Uploads a file of a user import. */
  upload(url: string, text: string): Promise<void>
  snapshot(): Promise<Snapshot>
  /** What `make` gave the first time since the database was cleared. */
  once<T>(name: string, make: () => Promise<T>): Promise<T>
  /** Removes all pools with everything in them. */
  clear(): Promise<void>
  stop(): Promise<void>
}

export async function startRig(options: { readonly poolSize?: number } = {}): Promise<Rig> {
  const database = await cloneDatabase({ region: WEST, regions: [WEST, EAST] })
  const config = configFor(database.url, options.poolSize)
  const storage = openStorage(config, { ...runtimeOf(config), log: quietLog })
  await waitFor(() => storage.configChanges.isListening, { what: 'listening', intervalMs: 5 })
  const poolTables = [...directoryTables, ...runtimeTables, ...regionalTables]
  const made = new Map<string, Promise<unknown>>()
  const counter = new CallCounter()
  let cause = ''
  const log: Logger = {
    ...quietLog,
    error: (_, fields) => {
      const { error } = (fields ?? {}) as { error?: Error }
      cause = String(error?.stack)
    },
  }
  const composed = composeServices(config, storage, counter)
  const services = { ...composed.services, log }
  const dispatch = createUserPoolsDispatch({
    services,
    authenticate: async () => ({
      accessKeyId: 'AKIA',
      arn: `arn:aws:iam::${ACCOUNT_ID}:root`,
      decide: () => 'allow',
    }),
    concurrentCallsMax: 1000,
  })
  const call: Rig['call'] = async (operation, input, fault) => {
    cause = ''
    counter.arm(fault)
    const answer = await dispatch({
      requestId: systemRandom.uuid(),
      operation,
      method: 'POST',
      url: '/',
      headers: {},
      body: Buffer.from(JSON.stringify(input)),
      sourceIp: '192.0.2.1',
    })
    const failed = counter.arm(undefined)
    const output = JSON.parse(answer.body || '{}') as Output
    return { status: answer.status, errorCode: answer.error?.code, output, failed, cause }
  }
  return {
    call,
    async ok(operation, input) {
      const { status, output, cause } = await call(operation, input)
      assert.equal(status, 200, `${operation}: ${JSON.stringify(output)} ${cause}`)
      return output
    },
    async code(poolId, username) {
      const pool = required(await storage.pools.find(poolId), 'pool')
      for (const stored of await storage.outbox.list({ poolId, limit: 100 })) {
        const message = await openOutboxMessage(services.poolKeys, pool, stored)
        if (message.username === username && message.code !== undefined) return message.code
      }
      throw new Error(`no message for ${username}`)
    },
    notice: (poolId, username) =>
      waitFor(
        async () => {
          const pool = required(await storage.pools.find(poolId), 'pool')
          for (const stored of await storage.outbox.list({ poolId, limit: 100 })) {
            const message = await openOutboxMessage(services.poolKeys, pool, stored)
            if (message.username === username && message.code === undefined) return message.body
          }
          return undefined
        },
        { what: `a notice for ${username}` },
      ),
    async upload(url, text) {
      const [, , poolId = '', jobId = ''] = new URL(url).pathname.split('/')
      const pool = required(await storage.pools.find(poolId), 'pool')
      const limits = config.userImport
      const { userImports } = storage
      const uploads = { ...services, userImports, limits }
      await storeUpload(uploads, required(asPrimary(pool), 'primary'), jobId, bodyOf(text))
    },
    snapshot: () => takeSnapshot(storage.database),
    once<T>(name: string, make: () => Promise<T>) {
      const known = made.get(name) ?? make()
      made.set(name, known)
      return known as Promise<T>
    },
    async clear() {
      made.clear()
      await storage.database.query((sql) => sql.unsafe(`truncate ${poolTables.join(', ')}`))
    },
    async stop() {
      await composed.closeFlows()
      await storage.close()
      await database.drop()
    },
  }
}

function configFor(databaseUrl: string, poolSize: number | undefined): Config {
  const places = [WEST, EAST].map((name) => ({
    name,
    endpoint: `http://${name}.example`,
    port: 0,
    linkPort: 0,
    databaseUrl,
  }))
  return nodeConfig(required(places[0], 'place'), {
    places,
    serviceKey: randomBytes(32),
    beatMs: 60_000,
    limits: { codesPerHourMax: 1_000_000 },
    ...(poolSize === undefined ? {} : { poolSize }),
  })
}

function composeServices(
  config: Config,
  storage: Storage,
  counter: CallCounter,
): { readonly services: Services; readonly closeFlows: () => Promise<unknown> } {
  const { database, configChanges, ping, close, unitOfWork, ...repositories } = storage
  const counted = {
    ...counter.wrapAll(repositories),
    unitOfWork: counter.wrapUnits(unitOfWork),
  }
  // Usage is written behind calls, which is no call of theirs.
  const { usageRows } = storage
  const whole: Storage = { ...counted, usageRows, database, configChanges, ping, close }
  const keyService = counter.wrap('keyService', new PlainKeys())
  const context = {
    accountId: config.accountId,
    region: WEST,
    regions: [WEST, EAST],
    clock: systemClock,
    random: systemRandom,
    log: quietLog,
    metrics: noMetrics,
    link: counter.wrap('link', emptyPeer),
    makeRsaKeyPair: nextRsaKeyPair,
  }
  const flows = composeFlows(config, context, { storage: whole, keyService, triggers: riddle })
  return {
    services: {
      ...whole,
      ...flows,
      ...context,
      keyService,
      replicaControl: new ReplicaControl(whole),
    },
    closeFlows: flows.close,
  }
}

async function* bodyOf(text: string) {
  yield Buffer.from(text)
}

/** Another Region, which has nothing. */
const emptyPeer: RegionLink = {
  async call(region, name) {
    if (name === LINK_CALLS.takenNames) return { names: [] }
    throw new LinkUnreachableError(region)
  },
}

/** Keys that anybody could unwrap: the KMS is not what is tested. */
class PlainKeys implements KeyService {
  async generate() {
    const plaintext = systemRandom.bytes(32)
    return { plaintext, wrapped: plaintext }
  }

  async wrap(_: unknown, plaintext: Uint8Array): Promise<Uint8Array> {
    return plaintext
  }

  async unwrap(_: unknown, wrapped: Uint8Array): Promise<Uint8Array> {
    return wrapped
  }

  async describe(arn: string) {
    const is = { isEnabled: true, isSymmetric: true, isMultiRegion: true }
    return { arn, ...is, regions: [WEST, EAST], state: 'Enabled' }
  }
}

/** Counts calls of ports while it is armed, and fails one of them. */
class CallCounter {
  #fault: Fault | undefined
  #calls = 0
  #failed: string | undefined

  /** Begins to count anew; returns what failed since the last time. */
  arm(fault: Fault | undefined): string | undefined {
    const failed = this.#failed
    this.#fault = fault
    this.#calls = 0
    this.#failed = undefined
    return failed
  }

  wrapAll<T extends object>(ports: T): T {
    const wrapped = Object.entries(ports).map(([name, port]) => [
      name,
      this.wrap(name, port as object),
    ])
    return Object.fromEntries(wrapped) as T
  }

  wrap<T extends object>(name: string, port: T): T {
    return new Proxy(port, {
      get: (target, member) => {
        const value = Reflect.get(target, member, target) as unknown
        if (typeof value !== 'function') return value
        return (...parts: unknown[]) =>
          this.#count(`${name}.${String(member)}`, () => Reflect.apply(value, target, parts))
      },
    })
  }

  /** A transaction is a call of its own, whose failure afterwards is a lost commit message. */
  wrapUnits(inner: UnitOfWork): UnitOfWork {
    return {
      run: (work) =>
        this.#count('unitOfWork.run', () => inner.run((bound) => work(this.wrapAll(bound)))),
    }
  }

  async #count<T>(what: string, run: () => T | Promise<T>): Promise<T> {
    if (this.#fault === undefined) return run()
    this.#calls += 1
    const fails = this.#calls === this.#fault.nth
    if (fails) this.#failed = what
    if (fails && this.#fault.when === 'before') throw planted(what)
    const value = await run()
    if (fails) throw planted(what)
    return value
  }
}

function planted(what: string): DependencyError {
  return new DependencyError(`planted: ${what}`, { isRetryable: true })
}
