// What to try next, by what is there already: the way from an empty stack to a failover.
import { type Html, html } from './html.js'
import type { Overview } from './overview.js'

interface Step {
  readonly title: string
  readonly command: string
}

/** The section with the next steps. */
export function nextSteps(overview: Overview): Html {
  return html`<section>
<h2>Try next</h2>
<ol class="steps">
${stepsFor(overview).map(
  (step) => html`<li>${step.title}<pre class="copy">${step.command}</pre></li>
`,
)}</ol>
</section>`
}

function stepsFor({ regions, pools }: Overview): readonly Step[] {
  const [first, second] = regions
  if (first === undefined) return []
  const down = regions.find((region) => !region.isAlive)
  if (down !== undefined) {
    return [
      {
        title: `${down.name} is down. Sign in through another Region, then bring it back:`,
        command: `npx twinpool region start ${down.name}`,
      },
    ]
  }
  const aws = (region: { name: string; endpoint: string }, command: string) =>
    `aws cognito-idp ${command} \\\n  --region ${region.name} --endpoint-url ${region.endpoint}`
  const pool = pools[0]
  if (pool === undefined) {
    return [
      {
        title: 'Use the credentials that twinpool made at its first start:',
        command: 'export AWS_SHARED_CREDENTIALS_FILE=$PWD/.twinpool/credentials',
      },
      {
        title: 'Create a user pool:',
        command: aws(first, 'create-user-pool --pool-name people'),
      },
    ]
  }
  const active = pools
    .flatMap((one) => one.replicas.map((replica) => ({ pool: one, replica })))
    .find(({ replica }) => replica.status === 'ACTIVE')
  if (active !== undefined) {
    return [
      {
        title: `${active.pool.name} lives in two Regions. Take its primary away:`,
        command: `npx twinpool region stop ${active.pool.primaryRegion} --kill`,
      },
      { title: 'Or run the whole story, told live:', command: 'npm run demo' },
    ]
  }
  const primary = regions.find((region) => region.name === pool.primaryRegion) ?? first
  const other = regions.find((region) => region.name !== pool.primaryRegion) ?? second
  if (other === undefined) return []
  const waiting = pool.replicas.find((replica) => replica.status === 'INACTIVE')
  if (waiting !== undefined) {
    const named = `--user-pool-id ${pool.id} --region-name ${waiting.region}`
    return [
      {
        title: `The replica of ${pool.name} is complete. Let it serve:`,
        command: aws(primary, `update-user-pool-replica ${named} --status ACTIVE`),
      },
    ]
  }
  return replicaSteps(pool, primary, other)
}

interface Place {
  readonly name: string
  readonly endpoint: string
}

function replicaSteps(
  pool: Overview['pools'][number],
  primary: Place,
  other: Place,
): readonly Step[] {
  const at = (region: Place) => `--region ${region.name} --endpoint-url ${region.endpoint}`
  const create: Step = {
    title: `Copy ${pool.name} to ${other.name}:`,
    command:
      `aws cognito-idp create-user-pool-replica --user-pool-id ${pool.id} \\\n` +
      `  --region-name ${other.name} ${at(primary)}`,
  }
  if (pool.hasOwnKey) return [create]
  const key: Step = {
    title: 'A replica needs a multi-Region key. Create one and replicate it:',
    command:
      `aws kms create-key --multi-region ${at(primary)}\n` +
      `aws kms replicate-key --key-id KEY_ARN --replica-region ${other.name} ${at(primary)}`,
  }
  const use: Step = {
    title: `Encrypt ${pool.name} under it:`,
    command:
      `aws cognito-idp update-user-pool --user-pool-id ${pool.id} ${at(primary)} \\\n` +
      `  --key-configuration KeyType=CUSTOMER_MANAGED_KEY,KmsKeyArn=KEY_ARN`,
  }
  return [key, use, create]
}
