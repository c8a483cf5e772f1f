import assert from 'node:assert/strict'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, describe, it } from 'node:test'
import { childEnvironment, loadConfig, loadEdgeConfig } from '#config/config.js'
import { SETTINGS } from '#config/settings.js'
import { ConfigError } from '#config/values.js'

const directory = mkdtempSync(join(tmpdir(), 'twinpool-config-'))
after(() => rmSync(directory, { recursive: true }))

const KEY = Buffer.alloc(32, 7).toString('base64')

const environment = {
  TWINPOOL_SERVICE_KEY: KEY,
  TWINPOOL_ROOT_ACCESS_KEY_ID: 'AKIAROOT',
  TWINPOOL_ROOT_SECRET_ACCESS_KEY: 'secret',
  TWINPOOL_DATABASE_URL: 'postgres://localhost/twinpool',
}

const regions = [
  { name: 'us-west-2', endpoint: 'http://localhost:4501/' },
  {
    name: 'us-east-1',
    endpoint: 'http://localhost:4502',
    linkUrl: 'http://localhost:4504',
    databaseUrl: 'postgres://localhost:5433/twinpool',
  },
]

function file(content: unknown): string {
  const path = join(directory, 'config.json')
  writeFileSync(path, typeof content === 'string' ? content : JSON.stringify(content))
  return path
}

function sentence(content: unknown, variables: Record<string, string> = {}): string {
  try {
    loadConfig({ file: file(content), environment: { ...environment, ...variables } })
  } catch (error) {
    assert.ok(error instanceof ConfigError, String(error))
    return error.message
  }
  assert.fail('the configuration was accepted')
}

describe('functions outside of AWS Lambda', () => {
  const arn = 'arn:aws:lambda:us-west-2:123456789012:function:pre'
  const withTriggers = (triggers: object) => ({ region: 'us-west-2', regions, triggers })

  it('are read from the file and from a variable', () => {
    const functions = [{ arn, module: '/srv/pre.mjs' }]
    const path = file(withTriggers({ functions, awsEndpoint: 'http://{region}.localhost:1' }))
    const { triggers } = loadConfig({ file: path, environment })
    assert.deepEqual(triggers.functions, functions)
    assert.equal(triggers.awsEndpoint, 'http://us-west-2.localhost:1')
    assert.equal(triggers.concurrentCallsMax, 50)
    const url = { arn, url: 'http://localhost:3001' }
    const variables = { TWINPOOL_TRIGGERS_FUNCTIONS: JSON.stringify([url]) }
    const loaded = loadConfig({ file: path, environment: { ...environment, ...variables } })
    assert.deepEqual(loaded.triggers.functions, [url])
  })

  it('are refused in one sentence where they cannot be called', () => {
    for (const [functions, why] of [
      [[{ arn: 'pre', url: 'http://localhost' }], /by the arn of a Lambda function/],
      [[{ arn }], /either a module \(a path\) or a url/],
      [[{ arn, module: '/a', url: 'http://localhost' }], /either a module/],
      [[{ arn, url: 'ftp://localhost' }], /either a module/],
      [[{ arn, module: '/a', secret: 'x' }], /unknown member: secret/],
      [
        [
          { arn, module: '/a' },
          { arn, module: '/b' },
        ],
        /names a function twice/,
      ],
      [['x'], /must be a list of objects/],
      ['x', /must be a list of functions/],
    ] as const) {
      assert.match(sentence(withTriggers({ functions })), why)
    }
    assert.match(sentence(withTriggers({ awsEndpoint: 'x' })), /must be an http or https URL/)
  })
})

describe('the configuration', () => {
  it('has the defaults of the table, and is frozen', () => {
    const config = loadConfig({ file: file({ region: 'us-west-2', regions }), environment })
    assert.equal(config.limits.clockSkewSeconds, 300)
    assert.equal(config.keys.dataKeyTtlSeconds, 60)
    assert.deepEqual(config.rootAccessKey, { accessKeyId: 'AKIAROOT', secretAccessKey: 'secret' })
    assert.equal(config.serviceKey.length, 32)
    assert.equal(config.regions[0]?.endpoint, 'http://localhost:4501')
    assert.ok(Object.isFrozen(config) && Object.isFrozen(config.limits))
    assert.ok(Object.isFrozen(config.regions[0]))
  })

  it('lets a variable win over the file, and a flag over both', () => {
    const source = file({ region: 'us-west-2', regions, listen: { port: 1 }, workers: 2 })
    const config = loadConfig({
      file: source,
      environment: { ...environment, TWINPOOL_LISTEN_PORT: '2', TWINPOOL_WORKERS: '3' },
      overrides: { workers: 4, region: undefined },
    })
    assert.deepEqual([config.listen.port, config.workers, config.region], [2, 4, 'us-west-2'])
  })

  it('reads the secrets from files', () => {
    const keyFile = join(directory, 'service.key')
    const credentials = join(directory, 'credentials')
    writeFileSync(keyFile, Buffer.alloc(32, 9))
    writeFileSync(
      credentials,
      '[other]\naws_access_key_id = NO\n[default]\naws_access_key_id = AKIAFILE\n' +
        'aws_secret_access_key = s\n',
    )
    const config = loadConfig({
      file: file({
        region: 'us-west-2',
        regions,
        serviceKeyFile: keyFile,
        rootCredentialsFile: credentials,
        database: { url: 'postgres://localhost/x' },
      }),
      environment: {},
    })
    assert.equal(config.serviceKey[0], 9)
    assert.equal(config.rootAccessKey.accessKeyId, 'AKIAFILE')
  })

  it('wants a key of its own for the edge, and never the root access key', () => {
    const edge = (variables: Record<string, string>, content: object = {}) =>
      loadEdgeConfig({ file: file({ regions, ...content }), environment: variables })
    const root = { TWINPOOL_ROOT_ACCESS_KEY_ID: 'AKIAROOT', TWINPOOL_ROOT_SECRET_ACCESS_KEY: 's' }
    const own = { TWINPOOL_EDGE_ACCESS_KEY_ID: 'AKIAEDGE', TWINPOOL_EDGE_SECRET_ACCESS_KEY: 's' }
    assert.throws(
      () => edge(root),
      /^ConfigError: The access key of the edge is missing: .* not for the edge\.$/,
    )
    assert.deepEqual(edge(own).accessKey, { accessKeyId: 'AKIAEDGE', secretAccessKey: 's' })
    assert.ok(!JSON.stringify(edge({ ...own, ...root })).includes('AKIAROOT'))
    const same = { TWINPOOL_EDGE_ACCESS_KEY_ID: 'AKIAROOT', TWINPOOL_EDGE_SECRET_ACCESS_KEY: 's' }
    assert.match(
      sentence({ region: 'us-west-2', regions }, same),
      /must not be the root access key/,
    )
  })

  it('says in one sentence what is wrong', () => {
    assert.match(
      sentence({ regions }),
      /^The setting region \(variable TWINPOOL_REGION\) is missing/,
    )
    assert.match(sentence({ region: 'eu-west-1', regions }), /eu-west-1 is not one of/)
    assert.match(sentence({ region: 'us-west-2', regions: [] }), /must be a list of Regions/)
    assert.match(sentence({ region: 'us-west-2', regions, limit: 1 }), /unknown setting: limit\./)
    assert.match(
      sentence({ region: 'us-west-2', regions, limits: { bodyBytesMax: -1 } }),
      /limits\.bodyBytesMax .* must be a whole number from 1024/,
    )
    assert.match(sentence('{'), /is not valid JSON\.$/)
    assert.match(
      sentence({ region: 'us-west-2', regions }, { TWINPOOL_WORKERS: 'many' }),
      /setting workers .* whole number/,
    )
    assert.match(
      sentence({ region: 'us-west-2', regions, logLevel: 'loud' }),
      /setting logLevel .* must be debug, info, warn or error\.$/,
    )
    assert.match(
      sentence({ region: 'us-west-2', regions }, { TWINPOOL_SERVICE_KEY: 'AAAA' }),
      /must have 32 bytes/,
    )
    assert.match(
      sentence({ region: 'us-west-2', regions: [...regions, regions[1]] }),
      /names a Region twice/,
    )
    assert.match(
      sentence({ region: 'us-west-2', regions: [{ name: 'us-west-2', endpoint: 'nowhere' }] }),
      /is not a URL/,
    )
  })

  it('chooses the KMS of the pools', () => {
    const keysOf = (keys: object, variables: Record<string, string> = {}) =>
      loadConfig({
        file: file({ region: 'us-west-2', regions, keys }),
        environment: { ...environment, ...variables },
      }).keys
    assert.deepEqual([keysOf({}).driver, keysOf({}).awsEndpoint], ['embedded', undefined])
    const aws = keysOf({ driver: 'aws-kms' })
    assert.deepEqual([aws.driver, aws.awsEndpoint], ['aws-kms', undefined])
    const TWINPOOL_KEYS_AWS_ENDPOINT = 'https://vpce-1.kms.{region}.vpce.amazonaws.com'
    const variables = { TWINPOOL_KEYS_DRIVER: 'aws-kms', TWINPOOL_KEYS_AWS_ENDPOINT }
    assert.equal(
      keysOf({}, variables).awsEndpoint,
      'https://vpce-1.kms.us-west-2.vpce.amazonaws.com',
    )

    const wrong = (keys: object) => sentence({ region: 'us-west-2', regions, keys })
    assert.match(
      wrong({ driver: 'vault' }),
      /^The setting keys\.driver \(variable TWINPOOL_KEYS_DRIVER\) must be embedded or aws-kms\.$/,
    )
    assert.match(
      wrong({ awsEndpoint: 'https://kms.us-west-2.amazonaws.com' }),
      /^The setting keys\.awsEndpoint .* is only for the keys\.driver aws-kms\.$/,
    )
    for (const awsEndpoint of ['kms.us-west-2.amazonaws.com', 'ftp://x', 'https://']) {
      assert.match(
        wrong({ driver: 'aws-kms', awsEndpoint }),
        /^The setting keys\.awsEndpoint .* must be an http or https URL; \{region\} may stand/,
      )
    }
  })

  it('demands the address of a transport of messages', () => {
    const wrong = (messages: object) => sentence({ region: 'us-west-2', regions, messages })
    assert.equal(
      wrong({ email: 'smtp' }),
      'The setting messages.email is smtp, and messages.smtpUrl is missing.',
    )
    assert.equal(
      wrong({ sms: 'http' }),
      'The setting messages.sms is http, and messages.smsHookUrl is missing.',
    )
    // The address may bear a password, so it is not told.
    assert.equal(
      wrong({ email: 'smtp', smtpUrl: 'http://me:secret@mail' }),
      'The setting messages.smtpUrl must be a URL that begins with smtp:// or smtps://.',
    )
    assert.match(wrong({ snsEndpoint: 'nowhere' }), /^The setting messages\.snsEndpoint must be/)
    const messages = { email: 'smtp', smtpUrl: 'smtps://me:secret@mail:465' }
    const loaded = loadConfig({
      file: file({ region: 'us-west-2', regions, messages }),
      environment,
    })
    assert.equal(loaded.messages.smtpUrl, messages.smtpUrl)
  })

  it('takes one source of places', () => {
    const risk = { locationsFile: 'places.csv' }
    const both = { ...risk, locationsModule: 'places.mjs' }
    assert.equal(
      sentence({ region: 'us-west-2', regions, risk: both }),
      'Of the settings risk.locationsFile and risk.locationsModule one is enough.',
    )
    const loaded = loadConfig({ file: file({ region: 'us-west-2', regions, risk }), environment })
    assert.deepEqual(loaded.risk, { ...risk, locationsModule: undefined })
  })

  it('takes networks of trusted proxies, and no trust in everybody', () => {
    const trusted = (listen: object, variables: Record<string, string> = {}) =>
      loadConfig({
        file: file({ region: 'us-west-2', regions, listen }),
        environment: { ...environment, ...variables },
      }).listen.trustedProxies
    assert.deepEqual(trusted({}), [])
    assert.deepEqual(trusted({ trustedProxies: ['10.0.0.0/8', '::1'] }), ['10.0.0.0/8', '::1'])
    const TWINPOOL_LISTEN_TRUSTED_PROXIES = '192.0.2.7, 2001:db8::/32'
    const variables = { TWINPOOL_LISTEN_TRUSTED_PROXIES }
    assert.deepEqual(trusted({}, variables), ['192.0.2.7', '2001:db8::/32'])
    for (const trustedProxies of [
      '10.0.0.0/8',
      ['10.0.0.0/8', 7],
      ['0.0.0.0/0'],
      ['::/0'],
      ['10.0.0.0/33'],
      ['10.0.0.0/255.0.0.0'],
      ['10.0.0.0/8/8'],
      ['loopback'],
      [''],
    ]) {
      assert.match(
        sentence({ region: 'us-west-2', regions, listen: { trustedProxies } }),
        /^The setting listen\.trustedProxies .* must be a list of networks, such as/,
        String(trustedProxies),
      )
    }
  })

  it('gives the edge what it needs', () => {
    const config = loadEdgeConfig({
      file: file({ regions, startPage: true }),
      environment: {
        TWINPOOL_HEALTH_CHECK_MS: '250',
        TWINPOOL_EDGE_ACCESS_KEY_ID: 'AKIAEDGE',
        TWINPOOL_EDGE_SECRET_ACCESS_KEY: 's',
      },
    })
    assert.deepEqual(
      [config.startPage, config.healthCheckMs, config.listen.port],
      [true, 250, 4500],
    )
    assert.deepEqual(Object.keys(config.regions[1] ?? {}), ['name', 'endpoint'])
  })

  it('keeps what a file says away from the variables of the shell', () => {
    const kept = childEnvironment(['database.url'], {
      TWINPOOL_DATABASE_URL: 'x',
      TWINPOOL_LOG_LEVEL: 'debug',
      HOME: '/h',
    })
    assert.deepEqual(kept, { TWINPOOL_LOG_LEVEL: 'debug', HOME: '/h' })
  })
})

describe('docs/configuration.md', () => {
  const text = readFileSync(new URL('../../../docs/configuration.md', import.meta.url), 'utf8')
  const rows = text
    .split('\n')
    .map((line) => line.split('|').map((cell) => cell.trim()))
    .filter((cells) => /^`TWINPOOL_/.test(cells[2] ?? ''))

  it('has every setting, with what it means', () => {
    assert.ok(SETTINGS.length > 30)
    for (const { path, fallback } of SETTINGS) {
      const row = rows.find((cells) => cells[1] === `\`${path}\``)
      assert.ok(row, `${path} is not documented`)
      if (fallback === undefined) assert.match(row[4] ?? '', /^(required|none)/, path)
      assert.match(row[6] ?? '', /\.$/, path)
    }
  })

  it('has no setting that does not exist', () => {
    const known = new Set(SETTINGS.map((setting) => `\`${setting.path}\``))
    assert.equal(rows.length, SETTINGS.length)
    for (const cells of rows) assert.ok(known.has(cells[1] ?? ''), cells[1])
  })

  it('has an example that is accepted', () => {
    const example = /```json\n([\s\S]*?)```/.exec(text)?.[1] ?? ''
    const config = loadConfig({
      file: file(
        example.replace(/"(serviceKeyFile|rootCredentialsFile|edgeCredentialsFile)".*\n/g, ''),
      ),
      environment,
    })
    assert.equal(config.link.port, 8081)
  })
})
