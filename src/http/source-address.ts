// The address that a request comes from: the peer's, unless the peer is a proxy that is trusted.
import type { IncomingMessage } from 'node:http'
import { BlockList, isIP } from 'node:net'

/**
 * Makes the function that finds the client's address: the rightmost one of the chain that is no
 * trusted proxy's. What a trusted proxy wrote and is no address says nothing; the peer's own
 * address then stands for it. Without trusted proxies the header is ignored, because any client
 * can send it.
 */
export function sourceAddresses(
  trustedProxies: readonly string[],
): (request: IncomingMessage) => string {
  // One list for each family: an IPv6 network never stands for IPv4 addresses.
  const trusted = { ipv4: new BlockList(), ipv6: new BlockList() }
  for (const network of trustedProxies) {
    const [address = '', prefix] = network.split('/')
    const family = familyOf(address)
    if (prefix === undefined) trusted[family].addAddress(address, family)
    else trusted[family].addSubnet(address, Number(prefix), family)
  }
  const isTrusted = (text: string) => {
    // An IPv4 peer of a listener that takes both families.
    const address = text.replace(/^::ffff:(?=\d+\.)/i, '')
    const family = familyOf(address)
    return isIP(address) > 0 && trusted[family].check(address, family)
  }
  return (request) => {
    const peer = request.socket.remoteAddress ?? ''
    if (trustedProxies.length === 0 || !isTrusted(peer)) return peer
    const forwarded = request.headers['x-forwarded-for']
    const chain = (typeof forwarded === 'string' ? forwarded : '').split(',')
    const addresses = chain.map((address) => address.trim())
    const client = addresses.findLast((address) => !isTrusted(address)) ?? addresses[0] ?? ''
    return isIP(client) > 0 ? client : peer
  }
}

function familyOf(address: string): 'ipv4' | 'ipv6' {
  return isIP(address) === 6 ? 'ipv6' : 'ipv4'
}
