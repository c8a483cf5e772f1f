// The record of a run: what exists, as far as acknowledged calls and calls of unknown outcome tell.
// Each thing has a history in words, which a violated promise is printed with.
import type { NewDeviceMetadataType } from '@aws-sdk/client-cognito-identity-provider'
import { Factors } from './factors-record.js'
import { Register } from './register.js'
import { becomeKnown, type Ending, type Failure, isLostWith, Thing, weaken } from './thing.js'

export class Session extends Thing {
  readonly person: Person
  readonly isRotating: boolean
  readonly region: string
  readonly begunAtMs: number
  refreshToken: string
  accessToken: string
  /** Refresh tokens that rotation has used up. */
  readonly usedTokens: string[] = []
  readonly endings: Ending[] = []
  /** The device that its tokens name, which is presented when it is renewed. */
  readonly deviceKey: string | undefined
  /** A device that was announced with it, as long as nobody has confirmed it. */
  newDevice: NewDeviceMetadataType | undefined
  /** Whether both Regions accepted one rotating token, which has to end it once they have met. */
  isDoubled = false
  /** Nothing may be said of it any more: a rotation's response was lost, for example. */
  isForgotten = false

  constructor(
    label: string,
    options: {
      person: Person
      isRotating: boolean
      region: string
      begunAtMs: number
      refreshToken: string
      accessToken: string
      deviceKey?: string | undefined
      newDevice?: NewDeviceMetadataType | undefined
    },
  ) {
    super(label, options.person)
    this.person = options.person
    this.isRotating = options.isRotating
    this.region = options.region
    this.begunAtMs = options.begunAtMs
    this.refreshToken = options.refreshToken
    this.accessToken = options.accessToken
    this.deviceKey = options.deviceKey
    this.newDevice = options.newDevice
  }

  get state(): 'alive' | 'ended' | 'unknown' {
    if (this.isForgotten) return 'unknown'
    if (this.endings.some(({ isSure }) => isSure)) return 'ended'
    return this.endings.length === 0 ? 'alive' : 'unknown'
  }
}

export class Person extends Thing {
  readonly pool: PoolRecord
  readonly username: string
  sub: string | undefined
  readonly password: Register<string | undefined>
  readonly isConfirmed: Register<boolean>
  readonly isEnabled: Register<boolean>
  readonly nickname: Register<string | undefined>
  readonly groups = new Map<string, Register<boolean>>()
  readonly sessions: Session[] = []
  readonly factors: Factors
  /** Wrong passwords that were surely counted since the last success, by where. */
  failures: Failure[] = []
  /** Whether guesses may have been counted whose response was lost. */
  hasUnknownFailures = false
  /** Chosen to be locked out; nobody else guesses for this one. */
  isVictim = false
  /** When the latest sign-out that may have happened may have been dated, by the right clock. */
  signedOutUntilMs = 0
  /** Sign-outs that a Region may not have heard of. */
  signOuts: Ending[] = []

  constructor(
    label: string,
    options: {
      pool: PoolRecord
      username: string
      isConfirmed: boolean
      atMs: number
      /** What the user signs in with besides a password. */
      own?: Factors['own']
    },
  ) {
    super(label, options.pool)
    this.pool = options.pool
    this.username = options.username
    this.password = new Register<string | undefined>(undefined, options.atMs)
    this.isConfirmed = new Register(options.isConfirmed, options.atMs)
    this.isEnabled = new Register(true, options.atMs)
    this.nickname = new Register<string | undefined>(undefined, options.atMs)
    this.factors = new Factors(options.own, options.atMs)
  }

  /** Whether everybody may work with this one, who has nothing but a password. */
  get isOrdinary(): boolean {
    return !this.isVictim && this.factors.own === undefined
  }

  registers(): readonly Register<never>[] {
    const { password, isConfirmed, isEnabled, nickname, groups, factors } = this
    const all: unknown[] = [password, isConfirmed, isEnabled, nickname, ...groups.values()]
    all.push(...factors.registers())
    return all as readonly Register<never>[]
  }
}

/** An app client that comes and goes; sessions are of the pool's own two. */
export interface ClientRecord {
  readonly clientId: string
  readonly exists: Register<boolean>
}

export interface MachineClient {
  readonly clientId: string
  readonly secret: string
  readonly scope: string
}

/**
 * Whether the other Region keeps a pool that its home has lost. `may`: it may have had no copy, or
 * may have lost it too.
 */
export type Keeping = 'no' | 'may' | 'must'

export type ReplicaState = 'none' | 'INACTIVE' | 'ACTIVE'

export class PoolRecord extends Thing {
  readonly id: string
  readonly home: string
  readonly other: string
  readonly keyId: string
  /** A pool that stays; others are made and deleted. */
  readonly isLasting: boolean
  readonly madeAtMs: number
  readonly exists: Register<boolean>
  readonly replica: Register<ReplicaState>
  clientId = ''
  rotatingClientId = ''
  machine: MachineClient | undefined
  /** The same, by the API. */
  apiMachine: MachineClient | undefined
  /** Regions that surely have the functions of custom sign-ins. */
  readonly functionsAt = new Set<string>()
  readonly domain: string
  readonly hasDomain: Register<boolean>
  readonly names = new Map<string, Register<Person | undefined>>()
  readonly groups = new Map<string, Register<boolean>>()
  readonly clients: ClientRecord[] = []
  /** Whether the pool's key was switched off or replaced somewhere since the Regions were equal. */
  hasKeyTrouble = false
  /** Whether it ever was, so that a backup may have it switched off. */
  hadKeyTrouble = false
  /** Whether its home went back to before the replica was seen to be finished. */
  isReplicaUnderWay = false
  /** When the other Region was first seen to have the whole pool. */
  firstCopiedAtMs = Number.POSITIVE_INFINITY
  /** When the other Region was last seen to have the whole pool; undefined when it may not. */
  copiedAtMs: number | undefined
  /** The home was restored from a backup that is older than the pool. */
  keeping: Keeping = 'no'
  /** Whether the calls about it are counted only: its replica is under way, for example. */
  isUnsettled = true

  constructor(options: {
    label: string
    id: string
    home: string
    other: string
    keyId: string
    isLasting: boolean
    atMs: number
  }) {
    super(options.label)
    this.id = options.id
    this.home = options.home
    this.other = options.other
    this.keyId = options.keyId
    this.isLasting = options.isLasting
    this.madeAtMs = options.atMs
    this.domain = `chaos-${options.label}`
    this.exists = new Register(false, 0)
    this.exists.write(true, options.atMs)
    this.replica = new Register<ReplicaState>('none', options.atMs)
    this.hasDomain = new Register(false, options.atMs)
  }

  /** Its key is refused somewhere: a replica that is being made is undone by it. */
  refuseKey(atMs: number): void {
    this.hasKeyTrouble = true
    this.hadKeyTrouble = true
    const isUndone = this.isReplicaUnderWay || this.replica.recent().includes('none')
    if (isUndone) this.replica.attempt('none', atMs)
  }

  /** The database of a Region went back. Tells whether the other one keeps what the home lost. */
  expectKeeping(region: string, toMs: number): void {
    if (region === this.other && (this.copiedAtMs ?? 0) > toMs) {
      this.copiedAtMs = undefined
      if (this.keeping === 'must') this.keeping = 'may'
    }
    if (region !== this.home || this.madeAtMs <= toMs || this.exists.isSurely(false)) return
    const isCopied = this.copiedAtMs !== undefined && !this.replica.recent().includes('none')
    this.keeping = isCopied ? 'must' : 'may'
  }

  /** Everybody who has or may have a name now. */
  people(): readonly Person[] {
    const found = [...this.names.values()].flatMap((holder) => holder.allowed())
    return found.filter((person) => person !== undefined)
  }

  /** Everybody who ever had a name. */
  everybody(): readonly Person[] {
    const found = [...this.names.values()].flatMap((holder) => holder.ever())
    return found.filter((person) => person !== undefined)
  }

  registers(): readonly Register<never>[] {
    const all: unknown[] = [
      this.exists,
      this.replica,
      this.hasDomain,
      ...this.names.values(),
      ...this.groups.values(),
      ...this.clients.map(({ exists }) => exists),
      ...this.everybody().flatMap((person) => person.registers()),
    ]
    return all as readonly Register<never>[]
  }
}

export class AccessKeyRecord extends Thing {
  readonly id: string
  readonly secret: string
  readonly madeIn: string
  readonly madeAtMs: number
  /** Acknowledged deletions, and those that may have happened. */
  readonly deletions: Ending[] = []
  /** Whether the Region that made it has lost it with its database. */
  isLost = false
  hasTravelled = false
  /** Regions that lost it with their database, until they hear of it from the other one. */
  readonly unknownAt = new Set<string>()

  constructor(options: { id: string; secret: string; madeIn: string; madeAtMs: number }) {
    super(`key ${options.id.slice(-4)}`)
    this.id = options.id
    this.secret = options.secret
    this.madeIn = options.madeIn
    this.madeAtMs = options.madeAtMs
  }
}

export class Record {
  readonly pools: PoolRecord[] = []
  readonly accessKeys: AccessKeyRecord[] = []
  /** How far the clocks of the Regions may be apart now, in milliseconds. */
  skewMs = 0
  #count = 0

  /** A number that no other thing of the run has. */
  nextNumber(): number {
    this.#count += 1
    return this.#count
  }

  /**
   * The database of a Region went back to what it held at `toMs`; with `toMs` of -Infinity it is
   * empty. Whatever it alone had since then may be gone.
   */
  restored(region: string, toMs: number): void {
    for (const pool of this.pools) {
      pool.expectKeeping(region, toMs)
      pool.functionsAt.delete(region)
      if (region === pool.home && toMs < pool.firstCopiedAtMs) pool.isReplicaUnderWay = true
      if (pool.hadKeyTrouble) pool.refuseKey(Date.now())
      if (pool.home === region) {
        for (const register of pool.registers()) register.restore(toMs)
      } else {
        staleCopy(pool, toMs)
      }
      // A statement about the replica's activity is the runtime row of where it was made.
      pool.replica.restore(toMs)
      // Where the replica was deleted meanwhile, nobody has kept what was lost.
      if (pool.replica.recent().includes('none')) loseCopies(pool)
      for (const person of pool.everybody()) this.#forget(person, region, toMs)
    }
    for (const key of this.accessKeys) {
      for (const deletion of key.deletions) weaken(deletion, region, toMs)
      if (key.madeAtMs <= toMs) continue
      key.unknownAt.add(region)
      if (key.madeIn === region) key.isLost = true
    }
  }

  /** The Regions were found equal: whatever is known is known in both. */
  becameEqual(atMs = Date.now()): void {
    for (const pool of this.pools) {
      const isCopied = !pool.replica.allowed().includes('none')
      pool.isTouched = false
      pool.hasKeyTrouble = false
      pool.isReplicaUnderWay = false
      if (isCopied) pool.firstCopiedAtMs = Math.min(pool.firstCopiedAtMs, atMs)
      if (pool.exists.isSurely(true)) pool.copiedAtMs = isCopied ? atMs : undefined
      for (const person of pool.everybody()) {
        person.isTouched = false
        for (const failure of [...person.failures, ...person.factors.uses]) {
          failure.hasTravelled = isCopied
          failure.unknownAt.clear()
        }
        for (const { endings } of person.sessions) {
          for (const ending of endings) becomeKnown(ending, isCopied)
        }
        person.signOuts = person.signOuts.filter(({ isSure, atMs: at }) => isSure || at > atMs)
        for (const signOut of person.signOuts) becomeKnown(signOut, isCopied)
      }
    }
    for (const key of this.accessKeys) {
      key.hasTravelled = true
      key.unknownAt.clear()
      for (const deletion of key.deletions) becomeKnown(deletion, true)
    }
  }

  #forget(person: Person, region: string, toMs: number): void {
    for (const session of person.sessions) {
      for (const ending of session.endings) weaken(ending, region, toMs)
      session.isDoubled = false
    }
    for (const signOut of person.signOuts) weaken(signOut, region, toMs)
    const isKept = (failure: Failure) => !isLostWith(failure, region, toMs)
    person.factors.uses = person.factors.uses.filter(isKept)
    const kept = person.failures.filter(isKept)
    if (kept.length < person.failures.length) person.hasUnknownFailures = true
    person.failures = kept
  }
}

/** A copy that went back, or is gone: until it is made anew it has what was true back then. */
function staleCopy(pool: PoolRecord, toMs: number): void {
  pool.isTouched = true
  for (const person of pool.everybody()) person.isTouched = true
  if (toMs === Number.NEGATIVE_INFINITY) return
  for (const register of pool.registers()) {
    if (register !== (pool.replica as unknown)) register.restoreCopy(toMs)
  }
}

function loseCopies(pool: PoolRecord): void {
  for (const person of pool.everybody()) {
    for (const failure of [...person.failures, ...person.factors.uses]) {
      failure.hasTravelled = false
    }
    for (const { endings } of person.sessions) {
      for (const ending of endings) ending.hasTravelled = false
    }
    for (const signOut of person.signOuts) signOut.hasTravelled = false
  }
}
