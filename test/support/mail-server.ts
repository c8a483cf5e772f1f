// A real SMTP server on loopback, which takes messages, refuses them, or does not go on, as a test
// says. It keeps what it took as it came over the wire.
import { SMTPServer, type SMTPServerOptions } from 'smtp-server'

export interface ReceivedMail {
  readonly from: string
  readonly to: readonly string[]
  /** The whole message, headers first. */
  readonly text: string
  /** Who had signed in, if anybody. */
  readonly user: string | undefined
  readonly isSecure: boolean
}

export interface MailServer {
  readonly port: number
  readonly received: readonly ReceivedMail[]
  /** Connections so far. */
  readonly connections: number
  /** Messages whose content the server was sent and has not answered. */
  readonly pending: number
  /** `hang`: takes the content and never answers; `slow`: answers by `release`. */
  behave(how: 'take' | 'refuse' | 'hang'): void
  /** Answers everything that hangs. */
  release(): void
  /** Ends what is open, as servers do that have waited long enough. */
  endConnections(): void
  stop(): Promise<void>
}

export async function startMailServer(options: SMTPServerOptions = {}): Promise<MailServer> {
  const received: ReceivedMail[] = []
  const waiting: (() => void)[] = []
  let how: 'take' | 'refuse' | 'hang' = 'take'
  let connections = 0
  const server = new SMTPServer({
    authOptional: true,
    disabledCommands: ['STARTTLS'],
    logger: false,
    onConnect(_session, done) {
      connections += 1
      done()
    },
    onData(stream, session, done) {
      const chunks: Buffer[] = []
      stream.on('data', (chunk: Buffer) => chunks.push(chunk))
      stream.on('end', () => {
        if (how === 'refuse') {
          done(Object.assign(new Error('mailbox unavailable'), { responseCode: 550 }))
          return
        }
        const { mailFrom, rcptTo } = session.envelope
        const take = () => {
          received.push({
            from: mailFrom === false ? '' : mailFrom.address,
            to: rcptTo.map(({ address }) => address),
            text: Buffer.concat(chunks).toString('utf8'),
            user: session.user,
            isSecure: session.secure,
          })
          done()
        }
        if (how === 'hang') waiting.push(take)
        else take()
      })
    },
    ...options,
  })
  // A client that goes away in the middle is part of what is tested.
  server.on('error', () => undefined)
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve)
  })
  const endConnections = () => {
    for (const connection of server.connections as Set<{ close(): void }>) connection.close()
  }
  const { port } = server.server.address() as { port: number }
  return {
    port,
    received,
    get connections() {
      return connections
    },
    get pending() {
      return waiting.length
    },
    behave(next) {
      how = next
    },
    release() {
      for (const take of waiting.splice(0)) take()
    },
    endConnections,
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        endConnections()
      }),
  }
}

/** The value of a header of a message, unfolded. */
export function headerOf({ text }: ReceivedMail, name: string): string | undefined {
  const head = text.slice(0, text.indexOf('\r\n\r\n')).replaceAll(/\r\n[ \t]+/g, ' ')
  const line = head.split('\r\n').find((one) => one.toLowerCase().startsWith(`${name}:`))
  return line?.slice(name.length + 1).trim()
}

/** The six digits in a message's body. */
export function codeIn({ text }: ReceivedMail): string {
  return /\b(\d{6})\b/.exec(text.slice(text.indexOf('\r\n\r\n')))?.[1] ?? ''
}
