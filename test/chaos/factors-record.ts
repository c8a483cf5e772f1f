// What is known of a user's other ways to sign in: an authenticator app, a passkey, devices.
import type { DeviceKeys } from '#test/api/cognito/devices/people.js'
import type { SoftwareAuthenticator } from '#test/support/authenticator.js'
import { Register } from './register.js'
import type { Failure } from './thing.js'

/** A code or a counter that was taken, which no Region that has heard of it takes again. */
export interface Use extends Failure {
  readonly value: string
}

export interface DeviceRecord {
  readonly keys: DeviceKeys
  /** Whether the user has it, remembered. */
  readonly isRemembered: Register<boolean>
}

export class Factors {
  /** The factor that this user is there for; nobody else changes one who has it. */
  readonly own: 'app' | 'passkey' | undefined
  readonly isEnrolled: Register<boolean>
  /** Of the app, base32. */
  secret = ''
  /** Codes that were sent, whatever came of it. */
  readonly sentCodes = new Set<string>()
  authenticator: SoftwareAuthenticator | undefined
  uses: Use[] = []
  readonly devices: DeviceRecord[] = []
  /** When a call of a sign-in was last lost, which may send a code yet. */
  lostCallAtMs = Number.NEGATIVE_INFINITY

  constructor(own: Factors['own'], atMs: number) {
    this.own = own
    this.isEnrolled = new Register(false, atMs)
  }

  registers(): readonly Register<boolean>[] {
    return [this.isEnrolled, ...this.devices.map(({ isRemembered }) => isRemembered)]
  }
}
