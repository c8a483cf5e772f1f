import assert from 'node:assert/strict'
import { test } from 'node:test'
import { lifetimeRefusal, tokenLifetimes } from './lifetime.js'

const DAY = 86_400

test('a client that says nothing has tokens of an hour and sessions of thirty days', () => {
  assert.deepEqual(tokenLifetimes({ refreshTokenValidity: 30 }), {
    accessSeconds: 3600,
    idSeconds: 3600,
    refreshSeconds: 30 * DAY,
  })
  assert.equal(tokenLifetimes({ refreshTokenValidity: 0 }).refreshSeconds, 30 * DAY)
})

test('numbers without units are hours, and days for refresh tokens', () => {
  const settings = { accessTokenValidity: 2, idTokenValidity: 3, refreshTokenValidity: 4 }
  assert.deepEqual(tokenLifetimes(settings), {
    accessSeconds: 7200,
    idSeconds: 10_800,
    refreshSeconds: 4 * DAY,
  })
})

test('each token has a unit of its own', () => {
  const settings = {
    accessTokenValidity: 10,
    idTokenValidity: 600,
    refreshTokenValidity: 5,
    tokenValidityUnits: { accessToken: 'minutes', idToken: 'seconds', refreshToken: 'hours' },
  } as const
  assert.deepEqual(tokenLifetimes(settings), {
    accessSeconds: 600,
    idSeconds: 600,
    refreshSeconds: 18_000,
  })
  assert.equal(lifetimeRefusal(settings), undefined)
})

test('lifetimes have bounds', () => {
  const seconds = {
    tokenValidityUnits: { accessToken: 'seconds', idToken: 'seconds', refreshToken: 'seconds' },
  } as const
  const refusal = (access: number, id: number, refresh: number) =>
    lifetimeRefusal({
      ...seconds,
      accessTokenValidity: access,
      idTokenValidity: id,
      refreshTokenValidity: refresh,
    })
  assert.equal(refusal(300, 300, 3600), undefined)
  assert.equal(refusal(DAY, DAY, 3650 * DAY), undefined)
  assert.match(refusal(299, 300, 3600) ?? '', /^Invalid range for token validity: access/)
  assert.match(refusal(300, 299, 3600) ?? '', /^Invalid range for token validity: id/)
  assert.match(refusal(DAY + 1, 300, 3650 * DAY) ?? '', /^Invalid range for token validity: access/)
  assert.match(refusal(300, DAY + 1, 3650 * DAY) ?? '', /^Invalid range for token validity: id/)
  assert.match(refusal(300, 300, 3599) ?? '', /^Invalid range for token validity: refresh/)
  assert.match(refusal(300, 300, 3650 * DAY + 1) ?? '', /^Invalid range for token validity: refre/)
})

test('a session outlives its tokens', () => {
  const hours = { tokenValidityUnits: { refreshToken: 'hours' } } as const
  const longer = lifetimeRefusal({ ...hours, accessTokenValidity: 3, refreshTokenValidity: 2 })
  assert.match(longer ?? '', /^Invalid token validity: access tokens/)
  const idLonger = lifetimeRefusal({ ...hours, idTokenValidity: 3, refreshTokenValidity: 2 })
  assert.match(idLonger ?? '', /^Invalid token validity: id tokens/)
  assert.equal(
    lifetimeRefusal({ ...hours, idTokenValidity: 2, refreshTokenValidity: 2 }),
    undefined,
  )
})
