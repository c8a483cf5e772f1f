import assert from 'node:assert/strict'
import { generateKeyPairSync, randomBytes, X509Certificate } from 'node:crypto'
import { test } from 'node:test'
import { PoolCipher } from '#app/crypto/pool-cipher.js'
import { required } from '#base/assert.js'
import { asPrimary, type Pool } from '#ports/capability.js'
import type { SigningCertificate } from '#ports/signing-certificates.js'
import { RENEWED_AFTER_MS, SigningCertificateRing } from './signing-certificates.js'

const POOL = { id: 'us-west-2_Certify01', role: 'PRIMARY', region: '', primaryRegion: '' } as Pool
const primary = required(asPrimary(POOL), 'primary')
const random = { bytes: randomBytes, uuid: () => '', text: () => '' }
const keys = generateKeyPairSync('rsa', { modulusLength: 2048 })

/** A ring over rows in memory, the newest last, that looks at them as `newest` says. */
function ringOf(
  rows: SigningCertificate[],
  {
    nowMs,
    newest = async () => rows.at(-1),
  }: {
    nowMs: () => number
    newest?: () => Promise<SigningCertificate | undefined>
  },
) {
  const cipher = new PoolCipher({
    poolId: POOL.id,
    dataKeys: new Map([['00'.repeat(8), randomBytes(32)]]),
    indexKey: randomBytes(32),
    tokenKey: randomBytes(32),
    random,
  })
  return new SigningCertificateRing({
    rows: {
      newest,
      async insertAfter(_pool, earlier, row) {
        if (rows.at(-1)?.serialNumber !== earlier) return 'exists'
        rows.push(row)
        return 'inserted'
      },
      poolsInNeed: async () => [],
    },
    ciphers: { cipher: () => cipher },
    clock: { nowMs, wait: async () => true },
    random,
    makeKeyPair: async () => keys,
  })
}

test('who saw none, and is late, takes the one that was made meanwhile', async () => {
  const rows: SigningCertificate[] = []
  const first = await ringOf(rows, { nowMs: () => 0 }).current(POOL)
  let isFirstLook = true
  const late = ringOf(rows, {
    nowMs: () => 1,
    async newest() {
      const seen = isFirstLook ? undefined : rows.at(-1)
      isFirstLook = false
      return seen
    },
  })
  assert.equal((await late.current(POOL)).serialNumber, first.serialNumber)
  assert.equal(rows.length, 1)
})

test('a certificate has a successor of the same key after a year, and not before', async () => {
  const rows: SigningCertificate[] = []
  let nowMs = 0
  const ring = ringOf(rows, { nowMs: () => nowMs })
  await ring.renew(primary)
  nowMs = RENEWED_AFTER_MS
  await ring.renew(primary)
  assert.equal(rows.length, 1)
  nowMs += 1
  await ring.renew(primary)
  const [first, second] = rows.map(({ certificate }) => new X509Certificate(certificate))
  assert.equal(first?.verify(keys.publicKey), true)
  assert.equal(second?.verify(keys.publicKey), true)
  assert.notEqual(first?.serialNumber, second?.serialNumber)
  assert.equal(rows.length, 2)
})
