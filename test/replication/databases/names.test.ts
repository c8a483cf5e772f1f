// Domains and chosen client IDs lead to one pool in the whole deployment: a Region asks the others
// before it gives one away.
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import {
  CreateUserPoolClientCommand,
  CreateUserPoolCommand,
  CreateUserPoolDomainCommand,
  DeleteUserPoolDomainCommand,
} from '@aws-sdk/client-cognito-identity-provider'
import { required } from '#base/assert.js'
import { type RegionNode, startTwoNodes, type TwoNodes } from '#test/support/two-nodes.js'

let nodes: TwoNodes

before(async () => {
  nodes = await startTwoNodes()
})
after(() => nodes.close())

async function createPool(
  { cognito }: RegionNode,
  tags: Readonly<Record<string, string>> = {},
): Promise<string> {
  const { UserPool } = await cognito.send(
    new CreateUserPoolCommand({ PoolName: 'names', UserPoolTags: tags }),
  )
  return required(UserPool?.Id, 'pool')
}

const TAKEN = {
  name: 'InvalidParameterException',
  message: 'Domain already associated with another user pool.',
}

test('a domain of a pool elsewhere is not given away', async () => {
  const { west, east } = nodes
  const [mine, theirs] = [await createPool(west), await createPool(east)]
  const domain = (UserPoolId: string, Domain: string) => ({ UserPoolId, Domain })
  await west.cognito.send(new CreateUserPoolDomainCommand(domain(mine, 'people')))
  const again = new CreateUserPoolDomainCommand(domain(theirs, 'people'))
  await assert.rejects(east.cognito.send(again), TAKEN)
  await east.cognito.send(new CreateUserPoolDomainCommand(domain(theirs, 'others')))
  // Given up, it is free for the other one.
  await west.cognito.send(new DeleteUserPoolDomainCommand(domain(mine, 'people')))
  await east.cognito.send(new DeleteUserPoolDomainCommand(domain(theirs, 'others')))
  await east.cognito.send(new CreateUserPoolDomainCommand(domain(theirs, 'people')))
})

test('a client ID of a pool elsewhere cannot be chosen', async () => {
  const { west, east } = nodes
  const chosen = { 'twinpool:client-id:app': 'chosen1', 'twinpool:client-id:own': 'own1' }
  const [mine, theirs] = [await createPool(west, chosen), await createPool(east, chosen)]
  const client = (UserPoolId: string, ClientName: string) =>
    new CreateUserPoolClientCommand({ UserPoolId, ClientName })
  const first = await west.cognito.send(client(mine, 'app'))
  const id = required(first.UserPoolClient?.ClientId, 'client')
  await assert.rejects(east.cognito.send(client(theirs, 'app')), {
    name: 'InvalidParameterException',
    message: `Client ID ${id} already exists.`,
  })
  assert.ok((await east.cognito.send(client(theirs, 'own'))).UserPoolClient)
})

test('a Region that is away does not hold up the others', async () => {
  const { west, east } = nodes
  const pool = await createPool(west)
  await east.stop()
  try {
    const domain = { UserPoolId: pool, Domain: 'meanwhile' }
    await west.cognito.send(new CreateUserPoolDomainCommand(domain))
  } finally {
    await east.start()
  }
  const theirs = { UserPoolId: await createPool(east), Domain: 'meanwhile' }
  await assert.rejects(east.cognito.send(new CreateUserPoolDomainCommand(theirs)), TAKEN)
})
