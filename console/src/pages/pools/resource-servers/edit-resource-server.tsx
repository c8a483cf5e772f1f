// The form of a resource server, new or not.
import Alert from '@cloudscape-design/components/alert'
import FormField from '@cloudscape-design/components/form-field'
import Input from '@cloudscape-design/components/input'
import Textarea from '@cloudscape-design/components/textarea'
import { useState } from 'react'
import { ofPool } from '../../../api/cognito.js'
import type { PoolView } from '../../../api/pools.js'
import { useSession } from '../../../api/session.js'
import { Change } from '../../../parts/change.js'
import { linesOf, type ResourceServer, rebasedScopes, scopesOf } from './scope-lines.js'

export function EditResourceServer({
  pool,
  server,
  onClose,
  onDone,
}: {
  readonly pool: PoolView
  /** Undefined: a new one. */
  readonly server: ResourceServer | undefined
  readonly onClose: () => void
  readonly onDone: () => Promise<void>
}) {
  const isNew = server === undefined
  const before = server?.Scopes ?? []
  const [identifier, setIdentifier] = useState(server?.Identifier ?? '')
  const [name, setName] = useState(server?.Name ?? '')
  const [lines, setLines] = useState(() => linesOf(before))
  const Scopes = scopesOf(lines, before)
  const names = Scopes.map(({ ScopeName }) => ScopeName)
  const gone = before.flatMap(({ ScopeName }) => (names.includes(ScopeName) ? [] : [ScopeName]))
  const input = { Identifier: identifier.trim(), Name: name.trim(), Scopes }
  const rebased = useRebasedUpdate(pool, server)
  const operation = isNew ? 'CreateResourceServer' : 'UpdateResourceServer'
  return (
    <Change
      title={isNew ? 'Create resource server' : 'Edit resource server'}
      action={isNew ? 'Create resource server' : 'Save changes'}
      region={pool.PrimaryRegion}
      calls={[ofPool(pool, operation, input)]}
      {...(!isNew && { refreshed: () => rebased(input) })}
      isReady={input.Identifier !== '' && input.Name !== ''}
      done={`The resource server ${input.Name} was ${isNew ? 'created' : 'changed'}.`}
      onClose={onClose}
      onDone={onDone}
    >
      <FormField label="Name">
        <Input value={name} onChange={({ detail }) => setName(detail.value)} />
      </FormField>
      <FormField
        label="Identifier"
        description="Usually the URL of the API. It is the first part of its scopes, and stays."
      >
        <Input
          value={identifier}
          disabled={!isNew}
          spellcheck={false}
          placeholder="https://api.example.com"
          onChange={({ detail }) => setIdentifier(detail.value)}
        />
      </FormField>
      <FormField
        label="Scopes"
        description="One a line: its name, and then what it allows."
        constraintText={names.length > 0 && `For clients: ${input.Identifier}/${names[0]}`}
      >
        <Textarea
          rows={6}
          spellcheck={false}
          value={lines}
          placeholder="orders.read Read orders"
          onChange={({ detail }) => setLines(detail.value)}
        />
      </FormField>
      {gone.length > 0 && <TakenAway names={gone} />}
    </Change>
  )
}

function TakenAway({ names }: { readonly names: readonly string[] }) {
  return (
    <Alert type="warning">
      App clients get no tokens any more with {names.join(', ')}, which this takes away.
    </Alert>
  )
}

/** UpdateResourceServer replaces everything, also what somebody else has changed meanwhile. */
function useRebasedUpdate(pool: PoolView, before: ResourceServer | undefined) {
  const { call } = useSession()
  return async ({ Identifier, Name, Scopes = [] }: ResourceServer) => {
    const { ResourceServer: now } = await call<{ ResourceServer: ResourceServer }>(
      pool.PrimaryRegion,
      ofPool(pool, 'DescribeResourceServer', { Identifier }),
    )
    const input = {
      Identifier,
      Name: Name === before?.Name ? now.Name : Name,
      Scopes: rebasedScopes(now.Scopes ?? [], { before: before?.Scopes ?? [], after: Scopes }),
    }
    return [ofPool(pool, 'UpdateResourceServer', input)]
  }
}
