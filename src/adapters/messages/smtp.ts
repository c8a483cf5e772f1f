// Email by SMTP. Connections are kept for further messages, and what is on a connection ends with
// its message's deadline, however slowly the server goes on. A message is a stream that notes when
// it is read: the server asks for it only once it has taken sender and recipient, so a connection
// that broke before, as idle ones do, is no reason to fail.
import { Readable } from 'node:stream'
import MailComposer from 'nodemailer/lib/mail-composer'
import SMTPConnection from 'nodemailer/lib/smtp-connection'
import { emailSenderOf } from '#domain/message/senders.js'
import { boundedSender, type Carry, TransportError, type TransportLimits } from './bounded.js'

/** Where the server is, and who we are to it. */
export interface SmtpOptions extends TransportLimits {
  /** `smtp://user:password@host:port`, or `smtps:` for TLS from the start. */
  readonly url: string
  /** Whether nothing may be sent before STARTTLS. */
  readonly requiresTls: boolean
  /** Certificates (PEM) to trust instead of the usual ones. */
  readonly ca: string | undefined
  readonly defaultFrom: string
}

const IDLE_MS = 30_000
const MESSAGES_MAX = 100
const NOT_NOW = 421

interface Kept {
  readonly connection: SMTPConnection
  messages: number
}

export function createSmtpSender(options: SmtpOptions) {
  const idle: Kept[] = []
  const take = async (signal: AbortSignal) => {
    for (let kept = idle.pop(); kept !== undefined; kept = idle.pop()) {
      if (!kept.connection.destroyed) return kept
    }
    return { connection: await connect(options, signal), messages: 0 }
  }
  const giveBack = (kept: Kept) => {
    kept.messages += 1
    if (kept.connection.destroyed) return
    if (kept.messages >= MESSAGES_MAX || idle.length >= options.concurrentMax) {
      kept.connection.quit()
    } else idle.push(kept)
  }
  const carry: Carry = async (pool, message, signal) => {
    const sender = emailSenderOf(pool.regionalSettings.emailConfiguration, options.defaultFrom)
    const composed = new MailComposer({
      from: sender.from,
      to: { name: '', address: message.destination },
      ...(sender.replyTo !== undefined && { replyTo: sender.replyTo }),
      ...(message.subject !== undefined && { subject: message.subject }),
      html: message.body,
      headers: {
        'auto-submitted': 'auto-generated',
        ...(sender.configurationSet !== undefined && {
          'x-ses-configuration-set': sender.configurationSet,
        }),
      },
      disableFileAccess: true,
      disableUrlAccess: true,
    }).compile()
    const { from } = composed.getEnvelope()
    const envelope = { from: from === false ? '' : from, to: [message.destination] }
    const content = await composed.build()
    const kept = await take(signal)
    let isAsked = false
    const stream = Readable.from(
      (function* () {
        isAsked = true
        yield content
      })(),
    )
    try {
      await within(kept.connection, signal, (done) =>
        kept.connection.send(envelope, stream, (error) => done(error ?? undefined)),
      )
    } catch (cause) {
      kept.connection.close()
      const status = (cause as { responseCode?: number }).responseCode
      const isSafeToRetry = !isAsked && (status === undefined || status === NOT_NOW)
      throw new TransportError('the mail server did not take a message', { cause, isSafeToRetry })
    }
    giveBack(kept)
  }
  return {
    sender: boundedSender(carry, options),
    close() {
      for (const { connection } of idle.splice(0)) connection.close()
    },
  }
}

async function connect(options: SmtpOptions, signal: AbortSignal): Promise<SMTPConnection> {
  const { protocol, hostname, port, username, password } = new URL(options.url)
  const isSecure = protocol === 'smtps:'
  const host = hostname.replace(/^\[|\]$/g, '')
  const connection = new SMTPConnection({
    host,
    port: Number(port) || (isSecure ? 465 : 587),
    secure: isSecure,
    requireTLS: options.requiresTls && !isSecure,
    connectionTimeout: options.timeoutMs,
    greetingTimeout: options.timeoutMs,
    socketTimeout: IDLE_MS,
    dnsTimeout: options.timeoutMs,
    ...(options.ca !== undefined && { tls: { ca: options.ca } }),
  })
  // An error that nobody waits for, such as a server that ends an idle connection.
  connection.on('error', () => connection.close())
  try {
    await within(connection, signal, (done) => connection.connect((error) => done(error)))
    if (username !== '') {
      const user = decodeURIComponent(username)
      const pass = decodeURIComponent(password)
      await within(connection, signal, (done) =>
        connection.login({ user, pass, credentials: { user, pass } }, (error) =>
          done(error ?? undefined),
        ),
      )
    }
  } catch (cause) {
    connection.close()
    const isRefusal = (cause as { responseCode?: number }).responseCode !== undefined
    const what = 'the mail server cannot be used'
    throw new TransportError(what, { cause, isSafeToRetry: !isRefusal })
  }
  return connection
}

/** Waits for one step on a connection, which ends with the signal, or with the connection. */
function within(
  connection: SMTPConnection,
  signal: AbortSignal,
  step: (done: (error?: unknown) => void) => void,
): Promise<void> {
  return new Promise((resolve, reject) => {
    const end = (error?: unknown) => {
      signal.removeEventListener('abort', expire)
      connection.removeListener('error', end)
      connection.removeListener('end', lose)
      if (error === undefined) resolve()
      else reject(error)
    }
    const lose = () => end(new Error('the connection ended'))
    const expire = () => {
      end(new Error('the mail server was too slow'))
      connection.close()
    }
    if (signal.aborted) return expire()
    signal.addEventListener('abort', expire, { once: true })
    connection.once('error', end)
    connection.once('end', lose)
    step(end)
  })
}
