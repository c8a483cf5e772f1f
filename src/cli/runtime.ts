// Whether this Node.js can serve at all.
import { POWER } from '#domain/credential/native-power.js'
import { powerProblem } from '#domain/credential/power-check.js'
import { CommandError } from './failure.js'

/** Throws the sentence that says why not. Takes some 20 ms. */
export function requireNativePowers(): void {
  const complaint = powerProblem(cpuMs, POWER)
  if (complaint === undefined) return
  const { node, openssl } = process.versions
  throw new CommandError(
    `Node.js ${node} with OpenSSL ${openssl} cannot serve sign-ins (${complaint}); ` +
      'use a build of Node.js 20, 22, 24 or 26 from nodejs.org.',
  )
}

function cpuMs(): number {
  const { user, system } = process.cpuUsage()
  return (user + system) / 1000
}
