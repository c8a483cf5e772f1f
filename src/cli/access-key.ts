// `twinpool access-key`: keys of the API's callers, valid in every Region.
import { readFile } from 'node:fs/promises'
import { isObject } from '#base/json.js'
import { CommandError } from './failure.js'
import { rowsIn } from './listing.js'
import { type CallFlags, callAny, targetsOf } from './signed-call.js'
import { renderTable, timeOf } from './text.js'

export interface AccessKeyFlags extends CallFlags {
  readonly json: boolean
}

export async function runAccessKeyCreate(
  flags: AccessKeyFlags & { readonly policy: string },
): Promise<void> {
  const policy = await readPolicy(flags.policy)
  const targets = await targetsOf(flags)
  const output = await callAny(targets, 'CreateAccessKey', { PolicyDocument: policy })
  if (flags.json) {
    console.log(JSON.stringify(output))
    return
  }
  const key = isObject(output['AccessKey']) ? output['AccessKey'] : {}
  console.log('[default]')
  console.log(`aws_access_key_id = ${key['AccessKeyId']}`)
  console.log(`aws_secret_access_key = ${key['SecretAccessKey']}`)
  console.error('The secret is shown only now; keep it in a credentials file.')
}

export async function runAccessKeyList(flags: AccessKeyFlags): Promise<void> {
  const output = await callAny(await targetsOf(flags), 'ListAccessKeys', {})
  if (flags.json) {
    console.log(JSON.stringify(output))
    return
  }
  const rows = rowsIn(output, 'AccessKeys').map((key) => [
    String(key['AccessKeyId']),
    timeOf(key['CreateDate']),
    String(key['PolicyDocument']),
  ])
  console.log(
    rows.length === 0 ? 'No access keys.' : renderTable(['Key', 'Created', 'Policy'], rows),
  )
}

export async function runAccessKeyDelete(keyId: string, flags: AccessKeyFlags): Promise<void> {
  const output = await callAny(await targetsOf(flags), 'DeleteAccessKey', { AccessKeyId: keyId })
  console.log(flags.json ? JSON.stringify(output) : `${keyId} is deleted.`)
}

async function readPolicy(file: string): Promise<string> {
  const text = await readFile(file, 'utf8').catch(() => undefined)
  if (text === undefined) throw new CommandError(`The policy file ${file} cannot be read.`)
  try {
    return JSON.stringify(JSON.parse(text))
  } catch {
    throw new CommandError(`The policy file ${file} is not valid JSON.`)
  }
}
