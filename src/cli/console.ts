// `twinpool console`: a link that signs its reader in to the operator's console once. It leads to
// the edge where the stack has one, so that it works while any Region lives; elsewhere to the
// Region.
import { resolve } from 'node:path'
import { type CallFlags, callFirst, type Target, targetsOf } from './signed-call.js'
import { readStackRecord } from './stack-record.js'

export interface ConsoleFlags extends CallFlags {
  readonly json: boolean
}

/** A link, as it is shown. */
export interface ConsoleLink {
  readonly url: string
  readonly expiresAtMs: number
}

export async function runConsole(flags: ConsoleFlags): Promise<void> {
  const targets = await targetsOf(flags)
  const isAnyRegion = flags.endpoint === undefined && flags.region === undefined
  const edge = isAnyRegion ? (await readStackRecord(resolve(flags.stateDir)))?.edge : undefined
  const { url, expiresAtMs } = await createConsoleLink(targets, edge)
  const until = new Date(expiresAtMs)
  if (flags.json) console.log(JSON.stringify({ Url: url, ExpiresAt: expiresAtMs / 1000 }))
  else {
    console.log(url)
    console.error(`Signs in once, until ${until.toISOString()}. Open it in a browser.`)
  }
}

/** A link that the first Region that responds has made, to `origin` or else to that Region. */
export async function createConsoleLink(
  targets: readonly Target[],
  origin: string | undefined,
  timeoutMs?: number,
): Promise<ConsoleLink> {
  const { target, output } = await callFirst(targets, 'CreateConsoleLink', {}, timeoutMs)
  const base = (origin ?? target.endpoint).replace(/\/+$/, '')
  const url = `${base}/console/#/link/${output['Link']}`
  return { url, expiresAtMs: Number(output['ExpiresAt']) * 1000 }
}
