// Stands in for the AWS CLI: a program that reads its command line by the CLI's rules and sends
// the call with the SDK. It knows what the commands of the runbooks use, which are options with
// one word; whatever it does not know is refused with the CLI's exit code.
import { parseArgs } from 'node:util'
import * as cognito from '@aws-sdk/client-cognito-identity-provider'
import * as kms from '@aws-sdk/client-kms'
import { cognitoOperations } from '#contract/cognito.js'
import { kmsOperations } from '#contract/kms.js'
import type { Shape } from '#contract/schema.js'

/** What the CLI ends with when it cannot read its command line. */
const USAGE = 252
const OWN_OPTIONS = ['region', 'endpoint-url', 'query', 'output']

interface Client {
  send(command: unknown): Promise<object>
}

const SERVICES = new Map([
  [
    'cognito-idp',
    { sdk: cognito, client: cognito.CognitoIdentityProviderClient, operations: cognitoOperations },
  ],
  ['kms', { sdk: kms, client: kms.KMSClient, operations: kmsOperations }],
])

class UsageError extends Error {
  override readonly name = 'UsageError'
}

async function main(words: readonly string[]): Promise<void> {
  const positionals = words.filter((word, at) => {
    return !word.startsWith('--') && !words[at - 1]?.startsWith('--')
  })
  const [serviceName = '', command = '', ...rest] = positionals
  const service = SERVICES.get(serviceName)
  const name = command.replaceAll(/(?:^|-)(.)/g, (_, letter: string) => letter.toUpperCase())
  const operation = service?.operations.get(name)
  if (service === undefined || operation === undefined || rest.length > 0) {
    throw new UsageError(`Invalid choice: ${positionals.join(' ')}`)
  }
  const members = new Map(operation.input.members.map((each) => [kebab(each.name), each.name]))
  const options = readOptions(words, [...members.keys()])
  checkQuery(options['query'] ?? '', operation.output)
  const { region, 'endpoint-url': endpoint } = options
  if (region === undefined || endpoint === undefined) throw new UsageError('no Region or endpoint')
  const input = Object.fromEntries(
    Object.entries(options).flatMap(([option, value]) => {
      const member = members.get(option)
      return member === undefined ? [] : [[member, value]]
    }),
  )
  const client = new service.client({ region, endpoint }) as unknown as Client
  const commands = service.sdk as unknown as Record<string, new (input: object) => unknown>
  const Command = commands[`${name}Command`]
  if (Command === undefined) throw new UsageError(`no ${name}`)
  const { $metadata: _, ...output } = (await client.send(new Command(input))) as {
    $metadata?: unknown
  }
  process.stdout.write(`${JSON.stringify(output)}\n`)
}

function readOptions(words: readonly string[], known: readonly string[]) {
  const names = [...new Set([...OWN_OPTIONS, ...known])]
  try {
    const { values } = parseArgs({
      args: [...words],
      options: Object.fromEntries(names.map((each) => [each, { type: 'string' as const }])),
      allowPositionals: true,
    })
    return values
  } catch (error) {
    throw new UsageError((error as Error).message)
  }
}

/** Every member that a query names is somewhere in the output. */
function checkQuery(query: string, output: Shape): void {
  const names = new Set(namesIn(output))
  for (const [name] of query.matchAll(/[A-Z]\w*/g)) {
    if (!names.has(name)) throw new UsageError(`the query has ${name}, and the output has not`)
  }
}

function namesIn(shape: Shape): readonly string[] {
  if (shape.kind === 'list') return namesIn(shape.item)
  if (shape.kind !== 'struct') return []
  return shape.members.flatMap((member) => [member.name, ...namesIn(member.shape)])
}

const kebab = (name: string) => name.replaceAll(/([a-z0-9])([A-Z])/g, '$1-$2').toLowerCase()

try {
  await main(process.argv.slice(2))
} catch (error) {
  process.stderr.write(`${String(error)}\n`)
  process.exitCode = error instanceof UsageError ? USAGE : 254
}
