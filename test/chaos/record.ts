// The record of a run: what exists, as far as acknowledged calls and calls of unknown outcome tell.
// Each thing has a history in words, which a violated promise is printed with.
import { Register } from './register.js'

/** Something that calls are about. Its history is what a person reads when a promise is broken. */
export class Thing {
  readonly label: string
  readonly history: string[] = []
  /** What it belongs to, whose history explains its own. */
  readonly parent: Thing | undefined
  /** Whether a call is under way that others must not meet. */
  isBusy = false
  /** Whether something was written since the Regions last were equal. */
  isTouched = true

  constructor(label: string, parent?: Thing) {
    this.label = label
    this.parent = parent
  }
}

/** What ends a session. */
export interface Ending {
  readonly what: string
  readonly region: string
  readonly atMs: number
  /** Sign-outs and revocations travel both ways; a user's deletion is the primary's alone. */
  readonly isDirectory: boolean
  /** Whether it may also not have happened. */
  isSure: boolean
  /** Whether the other Region has it. */
  hasTravelled: boolean
  /** The Region that lost it with its database, until it hears of it from the other one. */
  unknownAt?: string | undefined
}

/** Whether a Region has to know of it. */
export function isKnownAt(ending: Ending, region: string): boolean {
  const { isSure, hasTravelled, unknownAt } = ending
  return isSure && unknownAt !== region && (ending.region === region || hasTravelled)
}

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
  /** Whether both Regions accepted one rotating token, which has to end it once they have met. */
  isDoubled = false
  /** Nothing may be said of it any more: a rotation's answer was lost, for example. */
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
    },
  ) {
    super(label, options.person)
    this.person = options.person
    this.isRotating = options.isRotating
    this.region = options.region
    this.begunAtMs = options.begunAtMs
    this.refreshToken = options.refreshToken
    this.accessToken = options.accessToken
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
  /** Wrong passwords that were surely counted since the last success, by where. */
  failures: { readonly region: string; readonly atMs: number; hasTravelled: boolean }[] = []
  /** Whether guesses may have been counted that nobody saw the answer of. */
  hasUnknownFailures = false
  /** Chosen to be locked out; nobody else guesses for this one. */
  isVictim = false
  /** When the latest sign-out that may have happened may have been dated, by the right clock. */
  signedOutUntilMs = 0

  constructor(
    label: string,
    options: { pool: PoolRecord; username: string; isConfirmed: boolean; atMs: number },
  ) {
    super(label, options.pool)
    this.pool = options.pool
    this.username = options.username
    this.password = new Register<string | undefined>(undefined, options.atMs)
    this.isConfirmed = new Register(options.isConfirmed, options.atMs)
    this.isEnabled = new Register(true, options.atMs)
    this.nickname = new Register<string | undefined>(undefined, options.atMs)
  }

  registers(): readonly Register<never>[] {
    const { password, isConfirmed, isEnabled, nickname, groups } = this
    const all: unknown[] = [password, isConfirmed, isEnabled, nickname, ...groups.values()]
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

export type ReplicaState = 'none' | 'INACTIVE' | 'ACTIVE'

export class PoolRecord extends Thing {
  readonly id: string
  readonly home: string
  readonly other: string
  readonly keyId: string
  /** A pool that stays; others are made and deleted. */
  readonly isLasting: boolean
  readonly exists: Register<boolean>
  readonly replica: Register<ReplicaState>
  clientId = ''
  rotatingClientId = ''
  machine: MachineClient | undefined
  readonly domain: string
  readonly hasDomain: Register<boolean>
  readonly names = new Map<string, Register<Person | undefined>>()
  readonly groups = new Map<string, Register<boolean>>()
  readonly clients: ClientRecord[] = []
  /** Whether the pool's key was switched off or replaced somewhere since the Regions were equal. */
  hasKeyTrouble = false
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
    this.domain = `chaos-${options.label}`
    this.exists = new Register(false, 0)
    this.exists.write(true, options.atMs)
    this.replica = new Register<ReplicaState>('none', options.atMs)
    this.hasDomain = new Register(false, options.atMs)
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
      if (pool.home === region) {
        for (const register of pool.registers()) register.restore(toMs)
      }
      // A statement about the replica's activity is the runtime row of where it was made.
      pool.replica.restore(toMs)
      // Where the replica was deleted meanwhile, nobody has kept what was lost.
      if (pool.replica.recent().includes('none')) loseCopies(pool)
      for (const person of pool.everybody()) this.#forget(person, region, toMs)
    }
    for (const key of this.accessKeys) {
      for (const deletion of key.deletions) weaken(deletion, region, toMs)
      if (key.madeIn === region && key.madeAtMs > toMs) key.isLost = true
    }
  }

  /** The Regions were found equal: whatever is known is known in both. */
  becameEqual(): void {
    for (const pool of this.pools) {
      const isCopied = !pool.replica.allowed().includes('none')
      pool.isTouched = false
      pool.hasKeyTrouble = false
      for (const person of pool.everybody()) {
        person.isTouched = false
        for (const failure of person.failures) failure.hasTravelled = isCopied
        for (const { endings } of person.sessions) {
          for (const ending of endings) becomeKnown(ending, isCopied)
        }
      }
    }
    for (const key of this.accessKeys) {
      key.hasTravelled = true
      for (const deletion of key.deletions) becomeKnown(deletion, true)
    }
  }

  #forget(person: Person, region: string, toMs: number): void {
    for (const session of person.sessions) {
      for (const ending of session.endings) weaken(ending, region, toMs)
      session.isDoubled = false
    }
    const isKept = (failure: Person['failures'][number]) =>
      failure.region !== region || failure.atMs <= toMs || failure.hasTravelled
    if (!person.failures.every(isKept)) person.hasUnknownFailures = true
    person.failures = person.failures.filter(isKept)
  }
}

function becomeKnown(ending: Ending, isCopied: boolean): void {
  ending.hasTravelled = ending.isSure && isCopied
  ending.unknownAt = undefined
}

function loseCopies(pool: PoolRecord): void {
  for (const person of pool.everybody()) {
    for (const failure of person.failures) failure.hasTravelled = false
    for (const { endings } of person.sessions) {
      for (const ending of endings) ending.hasTravelled = false
    }
  }
}

function weaken(ending: Ending, region: string, toMs: number): void {
  if (ending.atMs <= toMs) return
  ending.unknownAt = region
  if (ending.region !== region) return
  if (ending.isDirectory || !ending.hasTravelled) ending.isSure = false
}
