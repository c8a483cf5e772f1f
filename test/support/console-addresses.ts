// Every page of the console that needs a session, by name.
import type { ConsoleSample } from './console-sample.js'

const TABS = [
  'overview',
  'users',
  'groups',
  'clients',
  'resource-servers',
  'domains',
  'sign-in',
  'messages',
  'tags',
  'usage',
]
const VIEWS = ['key', 'issuer', 'region', 'checklist', 'state']

/** Addresses below `/console/`, by what the page is called in files. */
export function addressesOf(sample: ConsoleSample): ReadonlyMap<string, string> {
  const { pool, plainPoolId } = sample
  const at = `#/pools/${pool.userPoolId}`
  return new Map([
    ['regions', '#/regions'],
    ['pools', '#/pools'],
    ...TABS.map((tab) => [`pool-${tab}`, `${at}/${tab}`] as const),
    ['user', `${at}/users/${sample.username}`],
    ['group', `${at}/groups/${sample.group}`],
    ['client', `${at}/clients/${sample.machineId}`],
    ...VIEWS.map((view) => [`replication-${view}`, `${at}/replication/${view}`] as const),
    ['replication-begin', `#/pools/${plainPoolId}/replication`],
    ['encryption', '#/encryption'],
    ['key', `#/encryption/${sample.keyId}`],
    ['usage', '#/usage'],
    ['activity', '#/activity'],
  ])
}
