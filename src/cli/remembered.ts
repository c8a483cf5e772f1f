// What a state directory remembers between starts: its account, and the servers that were given to
// its Regions. A flag that is left out at a later start must not mean another database, in which
// nothing of what there was can be found.
import { CommandError } from './failure.js'
import { DEFAULT_ACCOUNT_ID, type StackPlan } from './plan.js'
import { readStackRecord, type StackRecord } from './stack-record.js'
import { hasServiceKey } from './state-directory.js'

/** What `--database-url us-west-2=embedded` says: no server of ones own any more. */
export const EMBEDDED = 'embedded'

export interface Wanted {
  readonly accountId: string | undefined
  /** URLs by Region, or `EMBEDDED`, as the flags have them. */
  readonly databaseUrls: ReadonlyMap<string, string>
  readonly regions: readonly string[]
  readonly isReset: boolean
}

export interface Chosen {
  readonly accountId: string
  readonly databaseUrls: ReadonlyMap<string, string>
  /** What is used because an earlier start had it, in sentences. */
  readonly notes: readonly { readonly region: string; readonly note: string }[]
}

/** The account and the databases of this start. */
export async function choose(draft: StackPlan, wanted: Wanted): Promise<Chosen> {
  const record = await readStackRecord(draft.stateDirectory)
  if (wanted.isReset) {
    await requireOnlyEmbedded(draft, { wanted, record })
    const accountId = wanted.accountId ?? DEFAULT_ACCOUNT_ID
    return { accountId, databaseUrls: withoutEmbedded(wanted.databaseUrls), notes: [] }
  }
  const known = record?.accountId
  if (known !== undefined && wanted.accountId !== undefined && known !== wanted.accountId) {
    throw new CommandError(
      `The state directory ${draft.stateDirectory} belongs to account ${known}; start anew with ` +
        '--reset.',
    )
  }
  const remembered = new Map(Object.entries(record?.databaseUrls ?? {}))
  const notes = [...remembered]
    .filter(([name]) => wanted.regions.includes(name) && !wanted.databaseUrls.has(name))
    .map(([region, url]) => {
      const end = `--database-url ${region}=${EMBEDDED} ends it`
      return { region, note: `uses the server at ${new URL(url).host}, as before; ${end}` }
    })
  return {
    accountId: wanted.accountId ?? known ?? DEFAULT_ACCOUNT_ID,
    databaseUrls: withoutEmbedded(new Map([...remembered, ...wanted.databaseUrls])),
    notes,
  }
}

function withoutEmbedded(urls: ReadonlyMap<string, string>): ReadonlyMap<string, string> {
  return new Map([...urls].filter(([, url]) => url !== EMBEDDED))
}

/**
 * A reset deletes the service key, without which nothing in a database can be read. Embedded
 * databases go with it; a server of the user's own would keep its rows, for ever sealed.
 */
async function requireOnlyEmbedded(
  draft: StackPlan,
  { wanted, record }: { wanted: Wanted; record: StackRecord | undefined },
): Promise<void> {
  if (!(await hasServiceKey(draft.serviceKeyFile))) return
  const given = [...withoutEmbedded(wanted.databaseUrls).keys()]
  const region = given[0] ?? Object.keys(record?.databaseUrls ?? {})[0]
  if (region === undefined) return
  throw new CommandError(
    `--reset would delete ${draft.serviceKeyFile}, without which the data in the server of ` +
      `${region} can never be read again; choose another --state-dir, or drop that database and ` +
      `delete ${draft.stateDirectory} yourself.`,
  )
}
