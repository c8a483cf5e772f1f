// The console's page and assets: what is served of a folder, in which encoding, with which headers,
// and that nothing else is.
import assert from 'node:assert/strict'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { brotliCompressSync, brotliDecompressSync, gunzipSync, gzipSync } from 'node:zlib'
import { send } from '#test/support/faces.js'
import { remove, temporaryDirectory } from '#test/support/program.js'
import { startTestApi, type TestApi } from '#test/support/test-api.js'

const PAGE =
  '<!doctype html><title>Konsole – ü</title><script src="/console/assets/a-1.js"></script>'
const SCRIPT = `console.log('${'x'.repeat(2000)}')`
const IMAGE = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0xff, 0x00, 0xfe])

describe('the files of the console', () => {
  const root = temporaryDirectory()
  const folder = join(root, 'console')
  let api: TestApi
  let port: number
  before(async () => {
    mkdirSync(join(folder, 'assets', 'deeper'), { recursive: true })
    writeFileSync(join(root, 'secret.js'), 'a secret')
    writeFileSync(join(folder, 'secret.js'), 'a secret')
    writeFileSync(join(folder, 'index.html'), PAGE)
    const script = join(folder, 'assets', 'a-1.js')
    writeFileSync(script, SCRIPT)
    writeFileSync(`${script}.br`, brotliCompressSync(SCRIPT))
    writeFileSync(`${script}.gz`, gzipSync(SCRIPT))
    writeFileSync(join(folder, 'assets', 'b-2.png'), IMAGE)
    writeFileSync(join(folder, 'assets', 'page.html'), PAGE)
    writeFileSync(join(folder, 'assets', 'deeper', 'c-3.js'), SCRIPT)
    api = await startTestApi({ consoleFolder: folder })
    port = Number(new URL(api.endpoint).port)
  })
  after(async () => {
    await api.stop()
    remove(root)
  })

  /** As it is on the wire: `fetch` would make paths shorter and open encodings. */
  const get = (path: string, headers: Record<string, string> = {}, method = 'GET') =>
    send(port, { method, path, headers })

  async function bytesOf(path: string, encoding: string): Promise<Buffer> {
    const response = await fetch(api.endpoint + path, { headers: { 'accept-encoding': encoding } })
    assert.equal(response.status, 200)
    return Buffer.from(await response.arrayBuffer())
  }

  test('the page is never kept, runs its own scripts only and is in no frame', async () => {
    const { status, headers, text } = await get('/console/')
    assert.equal(status, 200)
    assert.equal(text, PAGE)
    assert.equal(headers['content-type'], 'text/html; charset=utf-8')
    assert.equal(headers['cache-control'], 'no-store')
    assert.equal(headers['x-content-type-options'], 'nosniff')
    assert.equal(headers['referrer-policy'], 'no-referrer')
    assert.equal(headers['cross-origin-opener-policy'], 'same-origin')
    assert.equal(headers['cross-origin-resource-policy'], 'same-origin')
    assert.equal(headers['x-frame-options'], 'DENY')
    const policy = String(headers['content-security-policy']).split('; ')
    for (const rule of [
      "default-src 'none'",
      "script-src 'self'",
      "connect-src 'self'",
      "base-uri 'none'",
      "form-action 'none'",
      "frame-ancestors 'none'",
    ]) {
      assert.ok(policy.includes(rule), rule)
    }
    const { status: moved, headers: where } = await get('/console')
    assert.deepEqual([moved, where['location']], [308, '/console/'])
  })

  test('an asset is kept for good, and sent in the encoding that is accepted', async () => {
    const path = '/console/assets/a-1.js'
    const plain = await get(path)
    assert.equal(plain.text, SCRIPT)
    assert.equal(plain.headers['content-encoding'], undefined)
    assert.equal(plain.headers['content-type'], 'text/javascript; charset=utf-8')
    assert.equal(plain.headers['cache-control'], 'public, max-age=31536000, immutable')
    assert.equal(plain.headers['vary'], 'accept-encoding')
    for (const [accepted, encoding, length] of [
      ['gzip, deflate, br', 'br', brotliCompressSync(SCRIPT).length],
      ['gzip', 'gzip', gzipSync(SCRIPT).length],
      ['br;q=0, identity', undefined, SCRIPT.length],
    ] as const) {
      const { headers } = await get(path, { 'accept-encoding': accepted })
      assert.equal(headers['content-encoding'], encoding, accepted)
      assert.equal(headers['content-length'], String(length), accepted)
      assert.equal(headers['vary'], 'accept-encoding')
    }
    // `fetch` opens what it gets, so these are the bytes that came.
    assert.equal((await bytesOf(path, 'br')).toString(), SCRIPT)
    assert.equal((await bytesOf(path, 'gzip')).toString(), SCRIPT)
    assert.equal(brotliDecompressSync(brotliCompressSync(SCRIPT)).toString(), SCRIPT)
    assert.equal(gunzipSync(gzipSync(SCRIPT)).toString(), SCRIPT)
  })

  test('bytes arrive as they are', async () => {
    assert.deepEqual(await bytesOf('/console/assets/b-2.png', 'br'), IMAGE)
    const { headers } = await get('/console/assets/b-2.png', { 'accept-encoding': 'br' })
    assert.equal(headers['content-encoding'], undefined)
    assert.equal(headers['vary'], undefined)
    assert.equal(headers['content-length'], String(IMAGE.length))
    assert.equal(headers['content-type'], 'image/png')
  })

  test('HEAD has the headers and no body', async () => {
    for (const path of ['/console/', '/console/assets/a-1.js', '/console/assets/b-2.png']) {
      const [got, head] = [await get(path), await get(path, {}, 'HEAD')]
      assert.equal(head.status, 200)
      assert.equal(head.text, '')
      assert.equal(head.headers['content-length'], got.headers['content-length'])
    }
  })

  test('nothing else is served, however its path is written', async () => {
    for (const path of [
      '/console/assets/none.js',
      '/console/assets/',
      '/console/assets',
      '/console/assets/../secret.js',
      '/console/assets/..%2fsecret.js',
      '/console/assets/%2e%2e%2fsecret.js',
      '/console/assets/%2e%2e%2f%2e%2e%2fsecret.js',
      '/console/assets/..%5csecret.js',
      '/console/assets/deeper%2fc-3.js',
      '/console/assets/deeper/c-3.js',
      '/console/assets/%2fetc%2fpasswd',
      '/console/assets/a-1.js%00.png',
      '/console/assets/a-1.js.br',
      '/console/assets/page.html',
      '/console/assets/__proto__',
      '/console/assets/constructor',
      '/console/secret.js',
      '/console/index.html',
      '/console/../secret.js',
    ]) {
      const { status, text } = await get(path)
      assert.ok(status === 404 || status === 400, `${path}: ${status}`)
      assert.ok(!/secret'|^a secret|xxxx/.test(text), path)
    }
    assert.equal((await get('/console/assets/%ff')).status, 400)
    assert.equal((await get(`/console/assets/${'a'.repeat(300)}`)).status, 400)
    assert.equal((await send(port, { method: 'POST', path: '/console/' })).status, 404)
  })
})

describe('a console without its pages', () => {
  const folder = join(temporaryDirectory(), 'console')
  let api: TestApi
  before(async () => {
    api = await startTestApi({ consoleFolder: folder })
  })
  after(async () => {
    await api.stop()
    remove(join(folder, '..'))
  })

  test('says so, and has the page as soon as it is there', async () => {
    const missing = await fetch(`${api.endpoint}/console/`)
    assert.equal(missing.status, 503)
    assert.match(missing.headers.get('content-type') ?? '', /^text\/html/)
    assert.match(await missing.text(), /built without its pages/)
    assert.equal((await fetch(`${api.endpoint}/console/assets/a.js`)).status, 404)
    assert.equal((await fetch(`${api.endpoint}/console/session`)).status, 401)
    mkdirSync(folder)
    assert.equal((await fetch(`${api.endpoint}/console/`)).status, 503)
    writeFileSync(join(folder, 'index.html'), PAGE)
    const page = await fetch(`${api.endpoint}/console/`)
    assert.deepEqual([page.status, await page.text()], [200, PAGE])
  })
})
