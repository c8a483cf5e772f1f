import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import {
  AdminDisableUserCommand,
  ListUsersCommand,
  type ListUsersCommandInput,
} from '@aws-sdk/client-cognito-identity-provider'
import { required } from '#base/assert.js'
import { attributesOf, invalid, startTestApi, type TestApi } from '#test/support/test-api.js'

const PEOPLE = ['ada', 'alan', 'barbara', 'edsger', 'grace']

describe('ListUsers', () => {
  let api: TestApi
  let UserPoolId: string
  const subs = new Map<string, string>()

  before(async () => {
    api = await startTestApi()
    UserPoolId = await api.makePool()
    for (const name of PEOPLE) {
      const attributes = {
        email: `${name}@example.com`,
        name: `${name} "the great" \\`,
        given_name: name.toUpperCase(),
        phone_number: `+1206555010${PEOPLE.indexOf(name)}`,
      }
      subs.set(name, await api.makeUser(UserPoolId, name, attributes))
    }
    await api.cognito.send(new AdminDisableUserCommand({ UserPoolId, Username: 'edsger' }))
  })
  after(() => api.stop())

  const list = (more: Partial<ListUsersCommandInput> = {}) =>
    api.cognito.send(new ListUsersCommand({ UserPoolId, ...more }))
  const names = async (Filter: string) =>
    ((await list({ Filter })).Users ?? []).map(({ Username }) => Username).sort()

  const without = (name: string) => PEOPLE.filter((one) => one !== name)

  test('all users of the pool and of no other', async () => {
    const other = await api.makePool()
    assert.deepEqual((await list({ UserPoolId: other })).Users, [])
    const { Users, PaginationToken } = await list()
    assert.equal(PaginationToken, undefined)
    assert.deepEqual((Users ?? []).map(({ Username }) => Username).sort(), PEOPLE)
    const { UserCreateDate, UserLastModifiedDate, Attributes, ...rest } = required(
      Users?.find(({ Username }) => Username === 'ada'),
      'ada',
    )
    assert.deepEqual(rest, { Username: 'ada', Enabled: true, UserStatus: 'CONFIRMED' })
    assert.ok(UserCreateDate instanceof Date && UserLastModifiedDate instanceof Date)
    assert.equal(attributesOf(Attributes)['sub'], subs.get('ada'))
  })

  test('filters by each attribute, exactly and by prefix', async () => {
    assert.deepEqual(await names('username = "ada"'), ['ada'])
    assert.deepEqual(await names('username ^= "a"'), ['ada', 'alan'])
    assert.deepEqual(await names('email="grace@example.com"'), ['grace'])
    assert.deepEqual(await names('email ^= "al"'), ['alan'])
    assert.deepEqual(await names('phone_number = "+12065550102"'), ['barbara'])
    assert.deepEqual(await names('phone_number ^= "+1206555"'), PEOPLE)
    assert.deepEqual(await names('given_name = "ADA"'), ['ada'])
    assert.deepEqual(await names('given_name = "ada"'), ['ada'])
    assert.deepEqual(await names('email = "Grace@Example.COM"'), ['grace'])
    assert.deepEqual(await names('name ^= "ADA"'), ['ada'])
    assert.deepEqual(await names('"email" = "grace@example.com"'), ['grace'])
    assert.deepEqual(await names('"email"^="GR"'), ['grace'])
    assert.deepEqual(await names('username = "Ada"'), [])
    assert.deepEqual(await names('username ^= "A"'), [])
    assert.deepEqual(await names('status = "Enabled"'), without('edsger'))
    assert.deepEqual(await names('status = "disabled"'), [])
    assert.deepEqual(await names(String.raw`name = "ada \"the great\" \\"`), ['ada'])
    assert.deepEqual(await names('family_name ^= ""'), [])
    assert.deepEqual(await names('status = "Disabled"'), ['edsger'])
    assert.deepEqual(await names('cognito:user_status = "CONFIRMED"'), PEOPLE)
    assert.deepEqual(await names('cognito:user_status = "confirmed"'), PEOPLE)
    assert.deepEqual(await names('cognito:user_status = "UNCONFIRMED"'), [])
    assert.deepEqual(await names('cognito:user_status = "NONSENSE"'), [])
    assert.deepEqual(await names(`sub = "${subs.get('grace')}"`), ['grace'])
    assert.deepEqual(await names(`sub ^= "${subs.get('grace')?.slice(0, 8)}"`), ['grace'])
    assert.deepEqual(await names(`sub = "${subs.get('grace')?.toUpperCase()}"`), ['grace'])
    assert.deepEqual(await names('sub = "grace"'), [])
    assert.deepEqual(await names(' '), PEOPLE)
  })

  test('a filter that is none is refused', async () => {
    const malformed = [
      'ada',
      'username ~ "a"',
      'username = ada',
      "username = 'ada'",
      'username = "a" and x = "b"',
      'email ^= "a',
      '=',
    ]
    for (const filter of malformed) {
      await assert.rejects(names(filter), invalid('Error while parsing filter.'), filter)
    }
    const custom = invalid('Invalid search attribute: custom:x')
    await assert.rejects(names('custom:x = "1"'), custom)
    await assert.rejects(names('birthdate = "1"'), invalid('Invalid search attribute: birthdate'))
  })

  test('pages follow each other and end', async () => {
    for (const Filter of [undefined, 'email ^= ""', 'name ^= ""']) {
      const seen: string[] = []
      let PaginationToken: string | undefined
      let pages = 0
      do {
        const page = await list({ Limit: 2, PaginationToken, Filter })
        assert.ok((page.Users ?? []).length <= 2)
        seen.push(...(page.Users ?? []).map(({ Username = '' }) => Username))
        PaginationToken = page.PaginationToken
        pages += 1
      } while (PaginationToken !== undefined && pages < 10)
      assert.equal(pages, 3, Filter)
      assert.deepEqual(seen.sort(), PEOPLE)
    }
  })

  test('users of a prefix are sorted by the attribute, through all pages', async () => {
    const sorted = await api.makePool()
    const given = ['Ah', 'ab', 'Ag', 'AA', 'ac', 'Af', 'ae', 'Ad', 'ab', 'Zed']
    for (const [n, name] of given.entries()) await api.makeUser(sorted, `u${n}`, { name })
    const values: string[] = []
    const usernames = new Set<string>()
    let PaginationToken: string | undefined
    do {
      const page = await list({
        UserPoolId: sorted,
        Filter: 'name ^= "A"',
        Limit: 4,
        PaginationToken,
      })
      for (const { Attributes, Username = '' } of page.Users ?? []) {
        values.push(attributesOf(Attributes)['name'] ?? '')
        usernames.add(Username)
      }
      PaginationToken = page.PaginationToken
    } while (PaginationToken !== undefined && values.length < 20)
    assert.deepEqual(values, ['AA', 'ab', 'ab', 'ac', 'Ad', 'ae', 'Af', 'Ag', 'Ah'])
    assert.equal(usernames.size, 9)
  })

  test('a page token is good for its pool and filter only', async () => {
    const { PaginationToken } = await list({ Limit: 1, Filter: 'username ^= "a"' })
    const token = required(PaginationToken, 'token')
    const bad = invalid('Invalid pagination token.')
    await assert.rejects(list({ PaginationToken: token }), bad)
    await assert.rejects(list({ PaginationToken: 'eyJhIjoxfQ' }), bad)
    const other = await api.makePool()
    const elsewhere = { UserPoolId: other, PaginationToken: token, Filter: 'username ^= "a"' }
    await assert.rejects(list(elsewhere), bad)
  })

  test('only the attributes that were asked for', async () => {
    const { Users } = await list({ AttributesToGet: ['email'], Filter: 'username = "ada"' })
    assert.deepEqual(Users?.[0]?.Attributes, [{ Name: 'email', Value: 'ada@example.com' }])
    const { Users: some } = await list({ AttributesToGet: ['sub', 'locale'], Limit: 1 })
    assert.deepEqual(Object.keys(attributesOf(some?.[0]?.Attributes)), ['sub'])
    await assert.rejects(list({ AttributesToGet: ['custom:none'] }), invalid())
    await assert.rejects(list({ Limit: 61 }), invalid())
  })
})
