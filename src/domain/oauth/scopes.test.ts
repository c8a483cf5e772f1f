import assert from 'node:assert/strict'
import { test } from 'node:test'
import { machineScopes, parseScope, SYSTEM_SCOPES } from './scopes.js'

const allowed = ['openid', 'orders/read', 'https://api.example.com/v1/write', 'orders/write']

test('a machine that asks for nothing gets all that is its own', () => {
  const all = ['orders/read', 'https://api.example.com/v1/write', 'orders/write']
  for (const asked of [undefined, '', ' ', '   ']) {
    assert.deepEqual(machineScopes(allowed, asked), all, String(asked))
  }
  assert.deepEqual(machineScopes(['a/b', 'a/b'], undefined), ['a/b'])
})

test('a machine gets what it asks for, each once, in its order', () => {
  assert.deepEqual(machineScopes(allowed, 'orders/write orders/read orders/write'), [
    'orders/write',
    'orders/read',
  ])
  assert.deepEqual(machineScopes(allowed, ' orders/read  '), ['orders/read'])
})

test('one scope too many refuses all', () => {
  for (const asked of [
    'orders/read orders/delete',
    'orders/rea',
    'orders',
    'ORDERS/READ',
    'orders/read\torders/write',
    'orders/read,orders/write',
    '*',
    'toString',
  ]) {
    assert.equal(machineScopes(allowed, asked), undefined, asked)
  }
})

test('the scopes of users are not for machines', () => {
  const everything = [...SYSTEM_SCOPES]
  assert.equal(machineScopes(everything, undefined), undefined)
  for (const scope of everything) {
    assert.equal(machineScopes(everything, scope), undefined, scope)
    assert.equal(machineScopes([...everything, 'a/b'], `a/b ${scope}`), undefined, scope)
  }
  assert.equal(machineScopes([], undefined), undefined)
})

test('a scope has a resource server and a name', () => {
  assert.deepEqual(parseScope('orders/read'), { identifier: 'orders', name: 'read' })
  assert.deepEqual(parseScope('https://api.example.com/v1/write'), {
    identifier: 'https://api.example.com/v1',
    name: 'write',
  })
  for (const scope of ['openid', '', '/', '/read', 'orders/', 'a/b/']) {
    assert.equal(parseScope(scope), undefined, scope)
  }
})
