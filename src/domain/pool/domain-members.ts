// What requests say of a domain, and what becomes of it here: its members have a decision like the
// settings of a pool, so that none is stored that would deny something.

import { inEffect, refused, type SettingDecisions, stored } from '../settings/decisions.js'

const customDomain = refused('only prefix domains are routed')

/** By path in the requests. */
export const domainMembers: SettingDecisions = {
  Domain: inEffect,
  ManagedLoginVersion: stored('there is no managed login'),
  CustomDomainConfig: customDomain,
  Routing: customDomain,
}
