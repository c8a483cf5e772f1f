// Repositories whose rows are of no pool: there is nothing of one that another could see.
import type { Case } from './isolation-cases.js'

export const NO_POOL_CASES: Readonly<Record<string, Case>> = {
  'consoleLinks.insert': { none: 'of the Region' },
  'consoleLinks.take': { none: 'of the Region' },
  'auditEntries.append': { none: 'of the Region' },
  'auditEntries.ends': { none: 'of the Region' },
  'auditEntries.read': { none: 'of the Region' },
  'auditEntries.removeBefore': { none: 'of the Region' },
  'rateWindows.take': { none: 'of the account' },
  'provisionedLimits.find': { none: 'of the account' },
  'provisionedLimits.set': { none: 'of the account' },
  'accessKeys.find': { none: 'of the deployment' },
  'accessKeys.list': { none: 'of the deployment' },
  'accessKeys.insert': { none: 'of the deployment' },
  'accessKeys.remove': { none: 'of the deployment' },
}
