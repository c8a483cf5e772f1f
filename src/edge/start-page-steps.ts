// What to try next, by what is there already: the way from an empty stack to a failover. Commands
// about the processes of a stack are shown only where `twinpool up` runs them.
import { type Html, html } from '#http/html.js'
import type { Overview, PoolView } from './overview.js'
import { command, named } from './start-page-parts.js'

/** The local stack that the page belongs to, if it is one. */
export interface LocalStack {
  /** How this program is called, such as `node /opt/twinpool/bin/twinpool.js`. */
  readonly command: string
  readonly stateDirectory: string
}

interface Step {
  readonly title: Html
  readonly command: string
}

/** The section with the next steps; nothing where there is nothing to advise. */
export function nextSteps(overview: Overview, stack: LocalStack | undefined): Html {
  const steps = stepsFor(overview, stack)
  if (steps.length === 0) return html``
  return html`<section id="next">
<h2>Try next</h2>
${listOf(steps)}</section>`
}

/** How a pool gets a replica. */
export function replicaSteps(pool: PoolView, overview: Overview): Html | undefined {
  const primary = overview.regions.find((region) => region.name === pool.primaryRegion)
  const other = overview.regions.find((region) => region.name !== pool.primaryRegion)
  if (primary === undefined || other === undefined || !primary.isAlive) return undefined
  return listOf(stepsToReplica(pool, primary, other))
}

function listOf(steps: readonly Step[]): Html {
  return html`<ol class="steps">
${steps.map(
  (step) => html`<li>${step.title}${command(step.command)}</li>
`,
)}</ol>
`
}

function stepsFor(overview: Overview, stack: LocalStack | undefined): readonly Step[] {
  const { regions, pools } = overview
  const [first] = regions
  if (first === undefined) return []
  const down = regions.find((region) => !region.isAlive)
  if (down !== undefined) return whileDown(down.name, stack)
  if (pools.length === 0) {
    const create: Step = {
      title: html`Create a user pool:`,
      command: aws(first, 'create-user-pool --pool-name people'),
    }
    return stack === undefined ? [create] : [credentials(stack), create]
  }
  const replicas = pools.flatMap((pool) => pool.replicas.map((replica) => ({ pool, replica })))
  const waiting = replicas.find(({ replica }) => replica.status === 'INACTIVE')
  if (waiting !== undefined) {
    const { pool, replica } = waiting
    const primary = regions.find((region) => region.name === pool.primaryRegion) ?? first
    const words = `--user-pool-id ${pool.id} --region-name ${replica.region} --status ACTIVE`
    const title = html`The replica of ${named(pool.name)} is complete. Let it serve:`
    return [{ title, command: aws(primary, `update-user-pool-replica ${words}`) }]
  }
  const active = replicas.find(({ replica }) => replica.status === 'ACTIVE')
  return active === undefined || stack === undefined ? [] : failover(active.pool, stack)
}

function whileDown(region: string, stack: LocalStack | undefined): readonly Step[] {
  if (stack === undefined) return []
  return [
    {
      title: html`${named(region)} is down. Sign in through another Region, then bring it back:`,
      command: ofStack(stack, `region start ${region}`),
    },
  ]
}

function failover(pool: PoolView, stack: LocalStack): readonly Step[] {
  return [
    {
      title: html`${named(pool.name)} lives in two Regions. Take its primary away:`,
      command: ofStack(stack, `region stop ${pool.primaryRegion} --kill`),
    },
    {
      title: html`Or watch the whole story, on a stack of its own:`,
      command: `${stack.command} demo`,
    },
  ]
}

function credentials(stack: LocalStack): Step {
  const file = shellWord(`${stack.stateDirectory}/credentials`)
  return {
    title: html`Use the credentials that twinpool made at its first start:`,
    command: `export AWS_SHARED_CREDENTIALS_FILE=${file}`,
  }
}

interface RegionAddress {
  readonly name: string
  readonly endpoint: string
}

function ofStack(stack: LocalStack, words: string): string {
  return `${stack.command} ${words} --state-dir ${shellWord(stack.stateDirectory)}`
}

/** A word as a shell takes it for one. */
function shellWord(word: string): string {
  return /^[\w./:@%+=,-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`
}

function at(region: RegionAddress): string {
  return `--region ${region.name} --endpoint-url ${region.endpoint}`
}

function aws(region: RegionAddress, words: string): string {
  return `aws cognito-idp ${words} \\\n  ${at(region)}`
}

function stepsToReplica(
  pool: PoolView,
  primary: RegionAddress,
  other: RegionAddress,
): readonly Step[] {
  const create: Step = {
    title: html`Copy ${named(pool.name)} to ${other.name}:`,
    command: aws(
      primary,
      `create-user-pool-replica --user-pool-id ${pool.id} --region-name ${other.name}`,
    ),
  }
  if (pool.hasOwnKey) return [create]
  const key: Step = {
    title: html`A replica needs a multi-Region key. Create one and replicate it:`,
    command:
      `KEY=$(aws kms create-key --multi-region --query KeyMetadata.Arn --output text \\\n` +
      `  ${at(primary)})\n` +
      `aws kms replicate-key --key-id $KEY --replica-region ${other.name} \\\n  ${at(primary)}`,
  }
  const use: Step = {
    title: html`Encrypt ${named(pool.name)} under it, and repeat the settings that it has, since
those that are left out go back to their defaults:`,
    command: aws(
      primary,
      `update-user-pool --user-pool-id ${pool.id} \\\n` +
        '  --key-configuration KeyType=CUSTOMER_MANAGED_KEY,KmsKeyArn=$KEY',
    ),
  }
  return [key, use, create]
}
