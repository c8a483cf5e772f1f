import assert from 'node:assert/strict'
import { test } from 'node:test'
import { IssuerUrls } from './issuer.js'

const pool = { id: 'us-west-2_a', homeRegion: 'us-west-2', issuerType: 'ORIGINAL' } as const
const updated = { ...pool, issuerType: 'UPDATED' } as const
const aws = new IssuerUrls({
  original: 'https://cognito-idp.{region}.amazonaws.com/{poolId}',
  updated: 'https://issuer-cognito-idp.{region}.amazonaws.com/{poolId}',
  endpoints: new Map(),
})
const local = new IssuerUrls({
  original: '{endpoint}/{poolId}',
  updated: 'http://localhost:4500/issuer/{region}/{poolId}',
  endpoints: new Map([
    ['us-west-2', 'http://localhost:4501'],
    ['us-east-1', 'http://localhost:4502'],
  ]),
})

test('the issuer follows the type of the pool and names the primary Region', () => {
  assert.equal(aws.of(pool), 'https://cognito-idp.us-west-2.amazonaws.com/us-west-2_a')
  assert.equal(aws.of(updated), 'https://issuer-cognito-idp.us-west-2.amazonaws.com/us-west-2_a')
  assert.equal(local.of(pool), 'http://localhost:4501/us-west-2_a')
  assert.equal(local.of(updated), 'http://localhost:4500/issuer/us-west-2/us-west-2_a')
})

test('a pool that changed its type has tokens of both issuers', () => {
  assert.deepEqual(local.all(pool), local.all(updated))
  assert.deepEqual(local.all(pool), [local.of(pool), local.of(updated)])
  assert.deepEqual(local.byType(pool), { ORIGINAL: local.of(pool), UPDATED: local.of(updated) })
})

test('documents of a secondary name its own endpoint', () => {
  assert.equal(local.original(pool, 'us-east-1'), 'http://localhost:4502/us-west-2_a')
  assert.equal(local.updated(pool), local.of(updated))
})

test('text that looks like a replacement pattern stays text', () => {
  const odd = { ...pool, id: 'us-west-2_$&' }
  assert.equal(aws.of(odd), 'https://cognito-idp.us-west-2.amazonaws.com/us-west-2_$&')
})

test('a Region without an endpoint is a bug, not an empty issuer', () => {
  assert.throws(() => local.of({ ...pool, homeRegion: 'eu-west-1' }), {
    name: 'InvariantError',
    message: 'endpoint of eu-west-1 is missing',
  })
})
