// The flows of a node: the services that do what a request asks for, over what is stored. Part of
// the composition root.
import { openLogDelivery } from '#adapters/log-delivery/delivery.js'
import { openRoutes } from '#adapters/messages/routes.js'
import { openPasswordHashes } from '#adapters/password-hashes/threads.js'
import { openKnownPasswords } from '#adapters/risk/known-passwords.js'
import { openPlaces } from '#adapters/risk/places.js'
import { noTriggers } from '#adapters/triggers/none.js'
import { PasswordTurns } from '#app/accounts/password-turns.js'
import { UserRecords } from '#app/accounts/user-records.js'
import { AuditTrail } from '#app/audit/trail.js'
import { SignIn } from '#app/auth/engine.js'
import { watchedSignIn } from '#app/auth/watched.js'
import { PoolKeys } from '#app/crypto/pool-keys.js'
import { makeRsaKeyPair } from '#app/crypto/rsa-key-pair.js'
import { SigningCertificateRing } from '#app/federation/signing-certificates.js'
import { OneTimeCodes } from '#app/messages/codes.js'
import { Deliveries } from '#app/messages/deliveries.js'
import { observedRoutes } from '#app/observed/messages.js'
import { observedSignIn } from '#app/observed/sign-in.js'
import { EventQueue } from '#app/risk/event-queue.js'
import { Notices } from '#app/risk/notices.js'
import { ThreatProtection } from '#app/risk/threat-protection.js'
import { SigningKeyRing } from '#app/sessions/signing-keys.js'
import { Throttle } from '#app/throttle/throttle.js'
import { withCodeSenders } from '#app/triggers/code-senders.js'
import { createCustomerTriggers } from '#app/triggers/customer-triggers.js'
import { reported } from '#app/triggers/reported.js'
import { usersOrWait } from '#app/unfinished-copies.js'
import { PoolWork, type PoolWorkOptions } from '#app/unit-of-work.js'
import { UsageRecorder } from '#app/usage/recorder.js'
import type { Config } from '#config/config.js'
import { domainHostOf, domainUrlOf } from '#domain/pool/domain.js'
import { exportedEvent } from '#domain/risk/exported.js'
import { IssuerUrls } from '#domain/token/issuer.js'
import { userImportUrl } from '#http/login/user-import.js'
import type { Pool } from '#ports/capability.js'
import type { CodeKeys, KeyService } from '#ports/keys.js'
import type { TriggerFunctions } from '#ports/trigger-functions.js'
import type { Triggers } from '#ports/triggers.js'
import type { Runtime, Storage } from './storage.js'

/** Codes and how they are sent, and the transactions that store what is left of them. */
function composeMessages(
  config: Config,
  { clock, random, log, metrics, tracing }: Runtime,
  parts: {
    readonly storage: Storage
    readonly poolKeys: PoolKeys
    readonly keyService: Partial<CodeKeys>
    readonly functions?: TriggerFunctions | undefined
  },
) {
  const { storage, poolKeys, keyService, functions } = parts
  const { codeRows, outbox, unitOfWork } = storage
  const { codesPerHourMax } = config.limits
  const codesOver: PoolWorkOptions['codesOver'] = (bound, ciphers) =>
    new OneTimeCodes({ ...bound, poolKeys: ciphers, clock })
  const endpoint = config.regions.find(({ name }) => name === config.region)?.endpoint ?? ''
  const pageOf = async (pool: Pool, page: string) => {
    const [first] = await storage.domains.list(pool)
    if (first === undefined) return undefined
    const { primaryRegion: region } = pool
    const { domain } = first
    return `${domainUrlOf(config.urls.domain, { domain, region, endpoint })}/${page}/`
  }
  const confirmationPage = (pool: Pool) => pageOf(pool, 'confirmUser')
  const transports = openRoutes({
    config: config.messages,
    region: config.region,
    days: storage.defaultSenderDays,
    clock,
    random,
  })
  const { accountId } = config
  const watch = { metrics, clock, tracing }
  const measured = observedRoutes(
    transports,
    (medium) => (medium === 'EMAIL' ? config.messages.email : config.messages.sms),
    watch,
  )
  const { generateCodeKey } = keyService
  const senders = functions &&
    generateCodeKey && { functions, codeKeys: { generateCodeKey }, accountId, random, ...watch }
  const routes = senders ? withCodeSenders(senders, measured) : measured
  const logDelivery = openLogDelivery({
    config: config.logDelivery,
    region: config.region,
    clock,
    random,
    log,
  })
  const own = { clock, random, log, metrics }
  const made = { codes: codeRows, poolKeys, ...own, logDelivery, codesPerHourMax }
  return {
    codes: codesOver({ codes: codeRows, outbox }, poolKeys),
    logDelivery,
    pageOf,
    async closeMessages() {
      routes.close()
      await logDelivery.close()
    },
    deliveries: new Deliveries({ ...made, routes, confirmationPage }),
    poolWork: new PoolWork({ unitOfWork, poolKeys, codesOver }),
  }
}

export type Flows = ReturnType<typeof composeFlows>

/** What happens, over what is stored. */
export function composeFlows(
  config: Config,
  runtime: Runtime,
  parts: {
    readonly storage: Storage
    readonly keyService: KeyService & Partial<CodeKeys>
    /** Without them no trigger is called. */
    readonly functions?: TriggerFunctions
    /** In place of those that call the functions. */
    readonly triggers?: Triggers | undefined
  },
) {
  const { clock, random, metrics } = runtime
  const { storage, keyService, functions } = parts
  const { userRows, failedAttempts } = storage
  const poolKeys = new PoolKeys({
    keyService,
    dataKeys: storage.dataKeys,
    clock,
    random,
    accountId: config.accountId,
    ttlMs: config.keys.dataKeyTtlSeconds * 1000,
    usesMax: config.keys.dataKeyUsesMax,
  })
  const issuers = issuersOf(config)
  const { signing, signingCertificates } = composeSigning(runtime, { storage, poolKeys })
  const users = new UserRecords({ users: usersOrWait(userRows, storage.copies), poolKeys })
  const messages = composeMessages(config, runtime, { storage, poolKeys, keyService, functions })
  const { poolWork } = messages
  const own = functions && createCustomerTriggers({ functions, poolWork, clock, random })
  const triggers = parts.triggers ?? (own && reported(own, runtime.log)) ?? noTriggers
  const { threats, closeThreats } = composeThreats(config, runtime, {
    storage,
    poolKeys,
    messages,
  })
  const passwordTurns = new PasswordTurns()
  const passwordHashes = openPasswordHashes({ log: runtime.log })
  const proofs = { passwordTurns, passwordHashes, failedAttempts }
  const passwords = { users, ...messages, ...proofs, clock, random }
  const { revocations, rotationUses, totpUses, passkeys, passkeyUses, userSessions } = storage
  const sessions = { users, poolKeys, signing, revocations, rotationUses, triggers, issuers }
  const usage = new UsageRecorder({ ...runtime, rows: storage.usageRows })
  const tokens = { ...sessions, userSessions, usage, clock, random, metrics }
  const engine = new SignIn({
    ...passwords,
    ...{ poolKeys, tokens, totpUses, passkeys, passkeyUses, triggers },
    devices: storage.devices,
    isTotpOnSecondary: config.signIn.totpOnSecondary,
  })
  return {
    poolKeys,
    issuers,
    quotas: config.quotas,
    adjustableTimesMax: config.rates.adjustableTimesMax,
    throttle: throttleOf(config, { windows: storage.rateWindows, clock, metrics }),
    domainHost: domainHosts(config),
    uploadUrl: uploadUrls(config),
    signing,
    signingCertificates,
    users,
    tokens,
    ...messages,
    ...{ passwordTurns, passwordHashes, triggers, threats, usage },
    trail: trailOf(config, runtime, storage),
    close: () => usage.close().then(closeThreats).then(messages.closeMessages),
    signIn: observedSignIn(watchedSignIn(engine, threats), metrics),
  }
}

/** Threat protection, and what it does behind responses. */
function composeThreats(
  config: Config,
  runtime: Runtime,
  parts: {
    readonly storage: Storage
    readonly poolKeys: PoolKeys
    readonly messages: ReturnType<typeof composeMessages>
  },
) {
  const { storage, poolKeys, messages } = parts
  const { clock, log } = runtime
  const own = { authEvents: storage.authEvents, poolKeys, clock, log }
  const { deliveries, codes, pageOf, logDelivery } = messages
  const queue = new EventQueue({
    ...own,
    written: ({ pool, username, requestId }, event) => {
      if (!logDelivery.wants(pool, 'userAuthEvents')) return
      const message = exportedEvent(event, { poolId: pool.id, username, requestId })
      logDelivery.deliver(pool, 'userAuthEvents', message)
    },
  })
  const feedbackPage = (pool: Pool) => pageOf(pool, 'authEventFeedback')
  const notices = new Notices({ deliveries, codes, poolKeys, clock, log, feedbackPage })
  const knownPasswords = openKnownPasswords()
  const places = openPlaces(config.risk)
  const threats = new ThreatProtection({ ...own, queue, notices, knownPasswords, places })
  return {
    threats,
    async closeThreats() {
      await notices.close()
      await queue.close()
    },
  }
}

function trailOf(config: Config, { clock }: Runtime, { auditEntries }: Storage): AuditTrail {
  const { region, serviceKey, audit } = config
  return new AuditTrail({ entries: auditEntries, clock, serviceKey, region, ...audit })
}

function issuersOf({ urls, regions }: Config): IssuerUrls {
  return new IssuerUrls({
    original: urls.originalIssuer,
    updated: urls.updatedIssuer,
    endpoints: new Map(regions.map(({ name, endpoint }) => [name, endpoint])),
  })
}

/** Enforces request rates, where the configuration says so. */
function throttleOf({ rates }: Config, parts: ConstructorParameters<typeof Throttle>[0]) {
  return rates.enforced ? new Throttle(parts) : undefined
}

/** Where files of user imports are uploaded. */
function uploadUrls({ region, regions }: Config) {
  const endpoint = regions.find(({ name }) => name === region)?.endpoint ?? ''
  return (upload: Parameters<typeof userImportUrl>[1]) => userImportUrl(endpoint, upload)
}

/** The hosts of user pool domains. */
function domainHosts({ region: own, regions, urls }: Config) {
  const endpoint = regions.find(({ name }) => name === own)?.endpoint ?? ''
  return ({ primaryRegion: region }: Pool, domain: string): string =>
    domainHostOf(urls.domain, { domain, region, endpoint })
}

/** What signs tokens and requests, with keys that are made alike. */
function composeSigning(
  { clock, random, makeRsaKeyPair: makeKeyPair = makeRsaKeyPair }: Runtime,
  { storage, poolKeys }: { readonly storage: Storage; readonly poolKeys: PoolKeys },
) {
  const { signingKeys, signingCertificateRows } = storage
  return {
    signing: new SigningKeyRing({ rows: signingKeys, clock, makeKeyPair }),
    signingCertificates: new SigningCertificateRing({
      rows: signingCertificateRows,
      ciphers: poolKeys,
      ...{ clock, random, makeKeyPair },
    }),
  }
}
