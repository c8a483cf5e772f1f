// Which network an address belongs to, for limits that hold for a network. A host with one IPv6
// address usually has the 2^64 of its network, so those count as one (RFC 6177, section 2).

import { isIPv6 } from 'node:net'

const NETWORK_GROUPS = 4

/** An IPv4 address itself, or the /64 of an IPv6 address, the same for each way of writing it. */
export function networkOf(address: string): string {
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(address)
  if (mapped?.[1] !== undefined) return mapped[1]
  if (!isIPv6(address)) return address
  const [head = '', tail] = address.split('%')[0]?.split('::') ?? []
  const groups = head === '' ? [] : head.split(':')
  if (tail !== undefined) {
    const behind = tail === '' ? [] : tail.split(':')
    while (groups.length + behind.length < 8) groups.push('0')
    groups.push(...behind)
  }
  const network = groups.slice(0, NETWORK_GROUPS).map((group) => Number.parseInt(group, 16))
  return `${network.map((group) => group.toString(16)).join(':')}::/64`
}
