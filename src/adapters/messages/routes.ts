// Which transport carries a message: the Region's configuration says it for each medium, and the
// pool's settings say who sends, with which the transports deal. The service's own sender has a
// daily quota, where the configuration sets one.
// Cognito: developer guide, "Default email functionality", 2026: 50 emails a day, counted anew at
// 09:00 UTC.
//
// Deviation: the quota is counted for each pool and Region, not for the account, so that one pool
// cannot use up what another needs; and it is off unless `messages.defaultSenderPerDayMax` is set.
import { readFileSync } from 'node:fs'
import type { Clock } from '#base/clock.js'
import type { Random } from '#base/random.js'
import { emailSenderOf } from '#domain/message/senders.js'
import type { Pool } from '#ports/capability.js'
import { DeliveryError, type MessageRoutes, type MessageSender } from '#ports/messages.js'
import type { DefaultSenderDays } from '#ports/regional.js'
import { createSesSender, createSnsSender } from './aws.js'
import { createSmsHookSender } from './sms-hook.js'
import { createSmtpSender } from './smtp.js'

/** A Region's settings of messages. */
export interface MessageConfig {
  readonly email: 'outbox' | 'smtp' | 'ses'
  readonly sms: 'outbox' | 'sns' | 'http'
  readonly from: string
  readonly smtpUrl: string | undefined
  readonly smtpRequireTls: boolean
  readonly smtpCaFile: string | undefined
  readonly sesEndpoint: string | undefined
  readonly snsEndpoint: string | undefined
  readonly smsHookUrl: string | undefined
  readonly smsHookSecret: string | undefined
  readonly timeoutMs: number
  readonly concurrentMax: number
  /** 0: as many as are asked for. */
  readonly defaultSenderPerDayMax: number
}

/** Routes that are closed at the end. */
export type OpenRoutes = MessageRoutes & { close(): void }

interface Transport {
  readonly sender: MessageSender
  close(): void
}

interface RouteOptions {
  readonly config: MessageConfig
  readonly region: string
  readonly days: DefaultSenderDays
  readonly clock: Clock
  readonly random: Random
}

const RESET_MS = 9 * 3_600_000
const DAY_MS = 24 * 3_600_000

export function openRoutes(options: RouteOptions): OpenRoutes {
  const email = emailTransport(options)
  const sms = smsTransport(options)
  const counted = email && withQuota(options, email.sender)
  return {
    senderOf: (_pool, medium) => (medium === 'EMAIL' ? counted : sms?.sender),
    close() {
      email?.close()
      sms?.close()
    },
  }
}

function emailTransport({ config, region }: RouteOptions): Transport | undefined {
  const { timeoutMs, concurrentMax, from: defaultFrom } = config
  const shared = { timeoutMs, concurrentMax, defaultFrom }
  if (config.email === 'ses') {
    return createSesSender({ ...shared, region, endpoint: config.sesEndpoint })
  }
  if (config.email === 'outbox' || config.smtpUrl === undefined) return undefined
  const ca = config.smtpCaFile === undefined ? undefined : readFileSync(config.smtpCaFile, 'utf8')
  const { smtpUrl: url, smtpRequireTls: requiresTls } = config
  return createSmtpSender({ ...shared, url, requiresTls, ca })
}

function smsTransport({ config, region, clock, random }: RouteOptions): Transport | undefined {
  const { timeoutMs, concurrentMax } = config
  const shared = { timeoutMs, concurrentMax }
  if (config.sms === 'sns') {
    return createSnsSender({ ...shared, region, endpoint: config.snsEndpoint })
  }
  if (config.sms === 'outbox' || config.smsHookUrl === undefined) return undefined
  const { smsHookUrl: url, smsHookSecret: secret } = config
  return createSmsHookSender({ ...shared, url, secret, clock, random })
}

/** Counts what the default sender sends; a message that was not taken is not counted. */
function withQuota({ config, days, clock }: RouteOptions, sender: MessageSender): MessageSender {
  const sendsMax = config.defaultSenderPerDayMax
  const isCounted = ({ regionalSettings }: Pool) =>
    sendsMax > 0 && emailSenderOf(regionalSettings.emailConfiguration, config.from).isDefault
  return {
    async send(pool, message, origin) {
      if (!isCounted(pool)) return sender.send(pool, message, origin)
      const day = Math.floor((clock.nowMs() - RESET_MS) / DAY_MS)
      if ((await days.count(pool, { day, sendsMax })) === 'too-many') {
        throw new DeliveryError('the daily quota is used up', { failure: 'daily-quota' })
      }
      try {
        await sender.send(pool, message, origin)
      } catch (error) {
        await days.uncount(pool, { day })
        throw error
      }
    },
  }
}
