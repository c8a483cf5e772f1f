// The transports by themselves, each against a server that checks what it is asked.
import assert from 'node:assert/strict'
import { createHmac } from 'node:crypto'
import { createServer, type IncomingHttpHeaders } from 'node:http'
import { describe, test } from 'node:test'
import { createSesSender, createSnsSender } from '#adapters/messages/aws.js'
import { createSmsHookSender } from '#adapters/messages/sms-hook.js'
import { createSmtpSender } from '#adapters/messages/smtp.js'
import { systemClock } from '#adapters/system/clock.js'
import { systemRandom } from '#adapters/system/random.js'
import type { Pool } from '#ports/capability.js'
import { DeliveryError, type Message, type MessageOrigin } from '#ports/messages.js'
import { STAND_IN_KEY, type StandInAnswer, startStandIn } from '#test/support/aws-stand-in.js'
import { selfSigned } from '#test/support/certificate.js'
import { startMailServer } from '#test/support/mail-server.js'

const LIMITS = { timeoutMs: 5000, concurrentMax: 4 }
const ORIGIN = {} as MessageOrigin
const EMAIL: Message = {
  medium: 'EMAIL',
  destination: 'ada@example.com',
  subject: 'Grüße',
  body: '<b>123456</b>',
  reason: 'SignUp',
  username: 'ada',
  code: '123456',
}
const SMS: Message = {
  ...EMAIL,
  medium: 'SMS',
  destination: '+12065550100',
  subject: undefined,
  body: 'Your code is 123456',
}

/** As much of a pool as a transport looks at. */
function poolWith(regionalSettings: object): Pool {
  return { id: 'us-west-2_Abc', region: 'us-west-2', regionalSettings } as Pool
}
const PLAIN = poolWith({})
const isDeliveryError = (error: unknown) => error instanceof DeliveryError

async function withStandIn(
  service: string,
  answer: (nth: number) => StandInAnswer,
  run: (standIn: Awaited<ReturnType<typeof startStandIn>>) => Promise<void>,
): Promise<void> {
  let nth = 0
  const standIn = await startStandIn({
    service,
    answer: () => {
      nth += 1
      return answer(nth)
    },
  })
  await run(standIn).finally(() => standIn.stop())
}

const sesFor = (endpoint: string, credentials = STAND_IN_KEY) =>
  createSesSender({ ...LIMITS, region: 'us-west-2', endpoint, credentials, defaultFrom: 'a@b.c' })
const snsFor = (endpoint: string) =>
  createSnsSender({ ...LIMITS, region: 'us-west-2', endpoint, credentials: STAND_IN_KEY })

describe('Amazon SES', () => {
  test('sends as the identity of the pool, in its Region, over kept connections', async () => {
    await withStandIn(
      'ses',
      () => ({ body: '{"MessageId":"1"}' }),
      async (standIn) => {
        const { sender, close } = sesFor(standIn.url)
        const sourceArn = 'arn:aws:ses:eu-west-1:123456789012:identity/mail@example.org'
        const emailConfiguration = {
          emailSendingAccount: 'DEVELOPER',
          sourceArn,
          replyToEmailAddress: 'help@example.org',
          configurationSet: 'tracked',
        }
        await sender.send(poolWith({ emailConfiguration }), EMAIL, ORIGIN)
        await sender.send(PLAIN, EMAIL, ORIGIN)
        await sender.send(PLAIN, EMAIL, ORIGIN)
        close()
        const [own, plain] = standIn.requests.map(({ body }) => JSON.parse(body) as object)
        const content = {
          Simple: {
            Subject: { Data: 'Grüße', Charset: 'UTF-8' },
            Body: { Html: { Data: '<b>123456</b>', Charset: 'UTF-8' } },
          },
        }
        assert.deepEqual(own, {
          FromEmailAddress: 'mail@example.org',
          FromEmailAddressIdentityArn: sourceArn,
          Destination: { ToAddresses: ['ada@example.com'] },
          ReplyToAddresses: ['help@example.org'],
          ConfigurationSetName: 'tracked',
          Content: content,
        })
        assert.deepEqual(plain, {
          FromEmailAddress: 'a@b.c',
          Destination: { ToAddresses: ['ada@example.com'] },
          Content: content,
        })
        assert.deepEqual(
          standIn.requests.map(({ path, region }) => [path, region]),
          ['eu-west-1', 'us-west-2', 'us-west-2'].map((region) => [
            '/v2/email/outbound-emails',
            region,
          ]),
        )
        assert.equal(standIn.connections, 2)
      },
    )
  })

  test('is asked again where it was too busy, and only then', async () => {
    const busy = { status: 429, body: '{"__type":"TooManyRequestsException"}' }
    await withStandIn(
      'ses',
      (nth) => (nth === 1 ? busy : {}),
      async (standIn) => {
        const { sender, close } = sesFor(standIn.url)
        await sender.send(PLAIN, EMAIL, ORIGIN)
        close()
        assert.equal(standIn.requests.length, 2)
      },
    )
    await withStandIn(
      'ses',
      () => ({ status: 500 }),
      async (standIn) => {
        const { sender, close } = sesFor(standIn.url)
        await assert.rejects(sender.send(PLAIN, EMAIL, ORIGIN), isDeliveryError)
        close()
        assert.equal(standIn.requests.length, 1)
      },
    )
  })

  test('a wrong secret is refused by the stand-in', async () => {
    await withStandIn(
      'ses',
      () => ({}),
      async (standIn) => {
        const wrong = { ...STAND_IN_KEY, secretAccessKey: 'wrong' }
        const { sender, close } = sesFor(standIn.url, wrong)
        await assert.rejects(sender.send(PLAIN, EMAIL, ORIGIN), isDeliveryError)
        close()
        assert.deepEqual([standIn.requests.length, standIn.refused], [0, 1])
      },
    )
  })
})

describe('Amazon SNS', () => {
  test('publishes to the number, in the Region of the pool’s settings', async () => {
    const body =
      '<PublishResponse xmlns="http://sns.amazonaws.com/doc/2010-03-31/"><PublishResult>' +
      '<MessageId>1</MessageId></PublishResult></PublishResponse>'
    await withStandIn(
      'sns',
      () => ({ body, headers: { 'content-type': 'text/xml' } }),
      async (standIn) => {
        const { sender, close } = snsFor(standIn.url)
        const smsConfiguration = { snsCallerArn: 'arn:aws:iam::1:role/a', snsRegion: 'ap-south-1' }
        await sender.send(poolWith({ smsConfiguration }), SMS, ORIGIN)
        await sender.send(PLAIN, SMS, ORIGIN)
        close()
        const [first, second] = standIn.requests
        assert.deepEqual([first?.region, second?.region], ['ap-south-1', 'us-west-2'])
        const asked = Object.fromEntries(new URLSearchParams(first?.body))
        assert.equal(asked['Action'], 'Publish')
        assert.equal(asked['PhoneNumber'], '+12065550100')
        assert.equal(asked['Message'], 'Your code is 123456')
        assert.equal(asked['MessageAttributes.entry.1.Name'], 'AWS.SNS.SMS.SMSType')
        assert.equal(asked['MessageAttributes.entry.1.Value.StringValue'], 'Transactional')
      },
    )
  })
})

describe('the SMS hook', () => {
  interface Hooked {
    readonly headers: IncomingHttpHeaders
    readonly body: string
  }

  async function withHook(
    statusOf: (nth: number) => number,
    run: (url: string, seen: readonly Hooked[]) => Promise<void>,
  ): Promise<void> {
    const seen: Hooked[] = []
    const server = createServer(async (request, response) => {
      const chunks: Buffer[] = []
      for await (const chunk of request) chunks.push(chunk as Buffer)
      seen.push({ headers: request.headers, body: Buffer.concat(chunks).toString('utf8') })
      const status = statusOf(seen.length)
      response.writeHead(status, status === 302 ? { location: '/elsewhere' } : {}).end('x')
    })
    await new Promise<void>((resolve) => {
      server.listen(0, '127.0.0.1', resolve)
    })
    const { port } = server.address() as { port: number }
    await run(`http://127.0.0.1:${port}/sms`, seen).finally(() => {
      server.close()
      server.closeAllConnections()
    })
  }

  const hook = (url: string, timeoutMs = LIMITS.timeoutMs) =>
    createSmsHookSender({
      ...LIMITS,
      timeoutMs,
      url,
      secret: 'shared',
      clock: systemClock,
      random: systemRandom,
    }).sender

  test('gets the message as JSON, signed over time and body', async () => {
    await withHook(
      () => 204,
      async (url, seen) => {
        await hook(url).send(PLAIN, SMS, ORIGIN)
        const [{ headers, body } = { headers: {}, body: '' }] = seen
        assert.deepEqual(JSON.parse(body), {
          userPoolId: 'us-west-2_Abc',
          region: 'us-west-2',
          destination: '+12065550100',
          body: 'Your code is 123456',
          reason: 'SignUp',
          username: 'ada',
        })
        const signed = `${headers['x-twinpool-timestamp']}.${body}`
        const expected = createHmac('sha256', 'shared').update(signed).digest('hex')
        assert.equal(headers['x-twinpool-signature'], `sha256=${expected}`)
      },
    )
  })

  test('a second try has the key of the first; another message has its own', async () => {
    await withHook(
      (nth) => (nth === 1 ? 503 : 200),
      async (url, seen) => {
        const sender = hook(url)
        await sender.send(PLAIN, SMS, ORIGIN)
        await sender.send(PLAIN, { ...SMS }, ORIGIN)
        const keys = seen.map(({ headers }) => headers['idempotency-key'])
        assert.equal(keys.length, 3)
        assert.equal(keys[0], keys[1])
        assert.notEqual(keys[0], keys[2])
      },
    )
  })

  test('a redirect, an error or a wait is a failure, and is not tried again', async () => {
    for (const status of [302, 400, 500]) {
      await withHook(
        () => status,
        async (url, seen) => {
          await assert.rejects(hook(url).send(PLAIN, SMS, ORIGIN), isDeliveryError)
          assert.equal(seen.length, 1, `${status}`)
        },
      )
    }
  })
})

describe('SMTP', () => {
  const smtp = (port: number, options: { requiresTls?: boolean; ca?: string; auth?: string }) =>
    createSmtpSender({
      ...LIMITS,
      url: `smtp://${options.auth ?? ''}localhost:${port}`,
      requiresTls: options.requiresTls ?? false,
      ca: options.ca,
      defaultFrom: 'a@b.c',
    })

  test('STARTTLS and a password; no message without either', async () => {
    const { key, cert } = selfSigned('localhost')
    const mail = await startMailServer({
      key,
      cert,
      authOptional: false,
      disabledCommands: [],
      onAuth({ username, password }, _session, done) {
        if (username === 'me@x' && password === 'p:w/d') done(null, { user: username })
        else done(new Error('wrong'))
      },
    })
    const auth = 'me%40x:p%3Aw%2Fd@'
    const good = smtp(mail.port, { requiresTls: true, ca: cert, auth })
    await good.sender.send(PLAIN, EMAIL, ORIGIN)
    good.close()
    assert.deepEqual(
      mail.received.map(({ user, isSecure, to }) => [user, isSecure, to]),
      [['me@x', true, ['ada@example.com']]],
    )
    const bad = [{ ca: cert, auth: 'me%40x:no@' }, { auth }, { ca: cert }]
    for (const options of bad) {
      const { sender, close } = smtp(mail.port, { requiresTls: true, ...options })
      await assert.rejects(sender.send(PLAIN, EMAIL, ORIGIN), isDeliveryError)
      close()
    }
    assert.equal(mail.received.length, 1)
    await mail.stop()
  })

  test('a server without STARTTLS gets nothing where that is required', async () => {
    const mail = await startMailServer()
    const { sender, close } = smtp(mail.port, { requiresTls: true })
    await assert.rejects(sender.send(PLAIN, EMAIL, ORIGIN), isDeliveryError)
    close()
    assert.equal(mail.received.length, 0)
    await mail.stop()
  })

  test('a connection is used again, and one that the server ended is replaced', async () => {
    const mail = await startMailServer()
    const { port } = mail
    const { sender, close } = smtp(port, {})
    for (let n = 0; n < 3; n += 1) await sender.send(PLAIN, EMAIL, ORIGIN)
    assert.equal(mail.connections, 1)
    mail.endConnections()
    await sender.send(PLAIN, EMAIL, ORIGIN)
    assert.deepEqual([mail.connections, mail.received.length], [2, 4])
    close()
    await mail.stop()
    await assert.rejects(sender.send(PLAIN, EMAIL, ORIGIN), isDeliveryError)
  })
})
