// Who still uses a pool's ORIGINAL issuer, from what Regions counted by day: one row for each
// client, host and program, with when it was last seen. Whoever is in it must move before the
// issuer changes. A page shows it: neither this file nor what it imports may need Node.js.
import { type JsonObject, numberMember, textMember } from '#base/json.js'

/** A caller of the ORIGINAL issuer. */
export interface OriginalUse {
  readonly clientId: string | undefined
  readonly kind: string
  readonly host: string
  readonly userAgent: string
  readonly calls: number
  /** Epoch seconds. */
  readonly lastSeen: number
}

/** `uses`: rows of ListEndpointUses, of all Regions. Those seen last come first. */
export function originalUses(uses: readonly JsonObject[]): readonly OriginalUse[] {
  const byCaller = new Map<string, OriginalUse>()
  for (const use of uses) {
    if (use['IssuerForm'] !== 'ORIGINAL') continue
    const caller = {
      clientId: textMember(use, 'ClientId'),
      kind: textMember(use, 'Kind') ?? '',
      host: textMember(use, 'Host') ?? '',
      userAgent: textMember(use, 'UserAgent') ?? '',
    }
    const key = JSON.stringify(Object.values(caller))
    const known = byCaller.get(key)
    byCaller.set(key, {
      ...caller,
      calls: (known?.calls ?? 0) + (numberMember(use, 'Calls') ?? 0),
      lastSeen: Math.max(known?.lastSeen ?? 0, numberMember(use, 'LastSeen') ?? 0),
    })
  }
  return [...byCaller.values()].sort((a, b) => b.lastSeen - a.lastSeen || b.calls - a.calls)
}
