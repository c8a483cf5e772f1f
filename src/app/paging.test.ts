import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { PoolKeys } from '#app/crypto/pool-keys.js'
import type { Random } from '#base/random.js'
import { refused } from '#domain/refusal.js'
import type { Pool } from '#ports/capability.js'
import { accountPage, type PageRequest, poolPage } from './paging.js'

const services = {
  poolKeys: { cipher: () => ({ tokenKey: new Uint8Array(32).fill(7) }) } as unknown as PoolKeys,
  random: { bytes: (length: number) => new Uint8Array(length).fill(1) } as unknown as Random,
}
const poolOf = (id: string) => ({ id }) as unknown as Pool
const INVALID = refused('page-token-invalid')
const names = ['a', 'b', 'c', 'd', 'e']

const request = (token?: string, list = 'names'): PageRequest<string> => ({
  list,
  limit: 2,
  token,
  read: async (after, limit) =>
    names.filter((name) => after === undefined || name > after).slice(0, limit),
  keyOf: (name) => name,
})

type Turn = (token?: string, list?: string) => ReturnType<typeof accountPage<string>>
const turns: Record<string, Turn> = {
  pool: (token, list) => poolPage(services, poolOf('p_1'), request(token, list)),
  account: (token, list) => accountPage(request(token, list)),
}

for (const [name, turn] of Object.entries(turns)) {
  test(`${name}: pages show every entry once and the last has no token`, async () => {
    const seen: string[] = []
    let token: string | undefined
    do {
      const page = await turn(token)
      assert(page.kind === 'page')
      seen.push(...page.items)
      token = page.nextToken
      if (token !== undefined) assert.match(token, /^\S+$/)
    } while (token !== undefined)
    assert.deepEqual(seen, names)
  })

  test(`${name}: a token of another list, or none of ours, is invalid`, async () => {
    const page = await turn()
    assert(page.kind === 'page')
    for (const token of ['x', 'e30', '""', `${page.nextToken}x.`]) {
      if (name === 'account' && token.endsWith('x.')) continue
      assert.deepEqual(await turn(token), INVALID, token)
    }
    assert.deepEqual(await turn(page.nextToken, 'others'), INVALID)
  })
}

test('a token of one pool is invalid in another', async () => {
  const page = await poolPage(services, poolOf('p_1'), request())
  assert(page.kind === 'page')
  const other = await poolPage(services, poolOf('p_2'), request(page.nextToken))
  assert.deepEqual(other, INVALID)
})
