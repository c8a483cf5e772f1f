// The cases of test/anomaly, over HTTP: what they prepare and call on a rig, here runs on a node.
import assert from 'node:assert/strict'
import { CreateKeyCommand } from '@aws-sdk/client-kms'
import { required } from '#base/assert.js'
import { waitFor } from '#test/support/wait.js'
import { KEY_ARN, type Output, type Rig } from '../../anomaly/rig.js'
import type { Stage } from './stage.js'

export async function wireRig(stage: Stage): Promise<Rig> {
  const { api } = stage
  const { KeyMetadata } = await api.kms.send(new CreateKeyCommand({ MultiRegion: true }))
  const keyArn = required(KeyMetadata?.Arn, 'ARN')
  const made = new Map<string, Promise<unknown>>()
  const call: Rig['call'] = async (operation, input) => {
    // The rig of those cases has a key service of its own, with this key.
    const text = JSON.stringify(input).replaceAll(KEY_ARN, keyArn)
    const { status, code, output } = await stage.call(operation, JSON.parse(text) as object)
    return { status, errorCode: code, output, failed: undefined, cause: '' }
  }
  return {
    call,
    async ok(operation, input): Promise<Output> {
      const { status, output } = await call(operation, input)
      assert.equal(status, 200, `${operation}: ${JSON.stringify(output)}`)
      return output
    },
    code: (poolId, username) => api.code(poolId, username),
    notice: (poolId, username) =>
      waitFor(
        async () => {
          const messages = await api.messages(poolId, username)
          return messages.find(({ Code }) => Code === undefined)?.Body
        },
        { what: `a notice for ${username}` },
      ),
    async upload(url, text) {
      const { status } = await fetch(url, { method: 'PUT', body: text })
      assert.equal(status, 200)
    },
    snapshot: () => stage.snapshot(),
    once<T>(name: string, make: () => Promise<T>) {
      const known = made.get(name) ?? make()
      made.set(name, known)
      return known as Promise<T>
    },
    clear: async () => made.clear(),
    stop: () => stage.stop(),
  }
}
