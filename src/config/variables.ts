// Notices variables that look like settings and are none: a limit that is misspelt and therefore
// ignored is worse than a process that does not start.
import { SETTINGS } from './settings.js'
import { ConfigError, type Environment } from './values.js'

/** Read by the command line and not by a process of the service. */
export const STATE_DIRECTORY_VARIABLE = 'TWINPOOL_STATE_DIR'

/** Refuses a variable whose name begins as those of settings do, and that no setting has. */
export function requireKnownVariables(environment: Environment): void {
  const known = [...SETTINGS.map(({ variable }) => variable), STATE_DIRECTORY_VARIABLE]
  for (const [name, value = ''] of Object.entries(environment)) {
    if (!name.startsWith('TWINPOOL_') || known.includes(name) || isOfService(name, value)) continue
    const nearest = known.toSorted((a, b) => distance(a, name) - distance(b, name))[0] ?? ''
    const isNear = distance(nearest, name) <= 4
    throw new ConfigError(
      isNear
        ? `The variable ${name} is no setting; did you mean ${nearest}?`
        : `The variable ${name} is no setting; docs/configuration.md has them all.`,
    )
  }
}

/** Kubernetes gives every container variables about a service that is called `twinpool`. */
function isOfService(name: string, value: string): boolean {
  return (
    /^(?:tcp|udp):\/\//.test(value) ||
    /_SERVICE_(?:HOST|PORT(?:_\w+)?)$/.test(name) ||
    /_PORT_\d+_(?:TCP|UDP)(?:_(?:PROTO|PORT|ADDR))?$/.test(name)
  )
}

/** How many letters have to be changed, added or taken away (Levenshtein). */
function distance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, index) => index)
  for (let i = 1; i <= a.length; i += 1) {
    const next = [i]
    for (let j = 1; j <= b.length; j += 1) {
      const change = (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1)
      next.push(Math.min(change, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1))
    }
    row = next
  }
  return row[b.length] ?? 0
}
