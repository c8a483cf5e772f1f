import assert from 'node:assert/strict'
import { test } from 'node:test'
import { isFlowAllowed, isFlowOfOtherSide } from './auth-flows.js'

const client = (...explicitAuthFlows: readonly string[]) => ({ explicitAuthFlows })

test('a flow must be among those of the client', () => {
  const srp = client('ALLOW_USER_SRP_AUTH')
  assert.equal(isFlowAllowed(srp, 'USER_SRP_AUTH', false), true)
  assert.equal(isFlowAllowed(srp, 'USER_PASSWORD_AUTH', false), false)
  assert.equal(isFlowAllowed(srp, 'REFRESH_TOKEN_AUTH', false), false)
  assert.equal(isFlowAllowed(srp, 'NO_SUCH_FLOW', false), false)
  assert.equal(isFlowAllowed(client('ALLOW_REFRESH_TOKEN_AUTH'), 'REFRESH_TOKEN', false), true)
})

test('settings without the prefix leave SRP and refresh open, and no password', () => {
  for (const old of [client(), client('ADMIN_NO_SRP_AUTH')]) {
    assert.equal(isFlowAllowed(old, 'USER_SRP_AUTH', false), true)
    assert.equal(isFlowAllowed(old, 'REFRESH_TOKEN_AUTH', true), true)
    assert.equal(isFlowAllowed(old, 'USER_PASSWORD_AUTH', false), false)
  }
  assert.equal(isFlowAllowed(client('ADMIN_NO_SRP_AUTH'), 'ADMIN_USER_PASSWORD_AUTH', true), true)
  assert.equal(isFlowAllowed(client(), 'ADMIN_USER_PASSWORD_AUTH', true), false)
})

test('admin flows are for the admin API, and the password flow is not', () => {
  const all = client('ALLOW_ADMIN_USER_PASSWORD_AUTH', 'ALLOW_USER_PASSWORD_AUTH')
  for (const flow of ['ADMIN_USER_PASSWORD_AUTH', 'ADMIN_NO_SRP_AUTH']) {
    assert.equal(isFlowOfOtherSide(flow, false), true)
    assert.equal(isFlowAllowed(all, flow, false), false)
    assert.equal(isFlowAllowed(all, flow, true), true)
  }
  assert.equal(isFlowAllowed(all, 'USER_PASSWORD_AUTH', true), false)
  assert.equal(isFlowAllowed(all, 'USER_PASSWORD_AUTH', false), true)
  assert.equal(isFlowOfOtherSide('USER_SRP_AUTH', true), false)
})
