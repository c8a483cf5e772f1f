import assert from 'node:assert/strict'
import { test } from 'node:test'
import { networkOf } from './network.js'

test('an IPv4 address is its own network, however it is written', () => {
  assert.equal(networkOf('192.0.2.7'), '192.0.2.7')
  assert.equal(networkOf('::ffff:192.0.2.7'), '192.0.2.7')
  assert.notEqual(networkOf('192.0.2.7'), networkOf('192.0.2.8'))
})

test('IPv6 addresses of one /64 are one network', () => {
  const network = '2001:db8:0:1::/64'
  for (const address of [
    '2001:db8:0:1::1',
    '2001:DB8:0000:0001:ffff:ffff:ffff:ffff',
    '2001:db8:0:1:2:3:4:5',
    '2001:db8::1:0:0:0:9',
  ]) {
    assert.equal(networkOf(address), network, address)
  }
  assert.equal(networkOf('::1'), '0:0:0:0::/64')
  assert.equal(networkOf('fe80::1%eth0'), 'fe80:0:0:0::/64')
  assert.notEqual(networkOf('2001:db8:0:2::1'), network)
})

test('what is no address stands for itself', () => {
  assert.equal(networkOf('somewhere'), 'somewhere')
})
