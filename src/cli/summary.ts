// What `twinpool up` shows when everything is ready: the addresses, and what to type next.
import { relative } from 'node:path'
import { originalIssuerTemplate } from '#config/config.js'
import { commandFor, quoted } from './paste.js'
import type { StackPlan } from './plan.js'
import { describeDatabase } from './stack-config.js'
import { renderTable } from './table.js'

export function summaryOf(plan: StackPlan, startedMs: number): string {
  const rows = plan.regions.map((region) => [
    region.name,
    region.endpoint,
    issuerOf(region),
    describeDatabase(region),
  ])
  const [first] = plan.regions
  const credentials = shorter(plan.credentialsFile)
  const lines = [
    '',
    `Twinpool is ready after ${(startedMs / 1000).toFixed(1)} s.`,
    '',
    renderTable(['Region', 'Endpoint', 'Issuer', 'Database'], rows),
    '',
    `Edge           ${plan.edgeUrl}  (start page; open it in a browser)`,
    `Shared issuer  ${plan.edgeUrl}/issuer/{region}/{poolId}`,
    `Credentials    ${credentials}  (AWS format, account ${plan.accountId})`,
    '',
    'Try next, in another terminal:',
    '',
    `  export AWS_SHARED_CREDENTIALS_FILE=${quoted(plan.credentialsFile)}`,
    `  aws cognito-idp create-user-pool --pool-name people --region ${first?.name} \\`,
    `    --endpoint-url ${first?.endpoint}`,
    `  ${commandFor(plan.stateDirectory, 'outbox')}`,
    `  ${commandFor(plan.stateDirectory, `region stop ${first?.name} --kill`)}`,
    '',
    'Ctrl-C stops everything.',
  ]
  return lines.join('\n')
}

function issuerOf(region: { readonly name: string; readonly endpoint: string }): string {
  return originalIssuerTemplate()
    .replaceAll('{endpoint}', region.endpoint)
    .replaceAll('{region}', region.name)
}

function shorter(path: string): string {
  const fromHere = relative(process.cwd(), path)
  return fromHere.startsWith('..') ? path : fromHere
}
