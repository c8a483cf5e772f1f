import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { PASSWORD_HASHES } from '#test/support/password-hashes.js'
import { HASH_ALGORITHMS, type HashAlgorithm, hashWorkOf } from './password-hash.js'

const hex = (bytes: number) => 'ab'.repeat(bytes)
const base64 = (bytes: number) => Buffer.alloc(bytes, 7).toString('base64').replaceAll('=', '')
const BCRYPT_END = 'abcdefghijklmnopqrstuusrulT2rEAuWaCJLt4nVSKi8gl8mttwC'
const scrypt = (costs: string, salt = hex(16), hash = hex(32)) => `${costs}$${salt}$${hash}`
const argon2 = (costs: string, salt = base64(16), hash = base64(32)) =>
  `$argon2id$v=19$${costs}$${salt}$${hash}`
const pbkdf2 = (iterations: string, salt = base64(16), hash = base64(32)) =>
  `$pbkdf2-sha256$${iterations}$${salt}$${hash}`

const TOO_COSTLY: Readonly<Record<HashAlgorithm, readonly string[]>> = {
  BCRYPT: [`$2b$13$${BCRYPT_END}`, `$2a$31$${BCRYPT_END}`, `$2y$99$${BCRYPT_END}`],
  SCRYPT: [scrypt('131072$8$1'), scrypt('65536$9$1'), scrypt('65536$8$2')],
  ARGON2ID: [argon2('m=19457,t=2,p=1'), argon2('m=19456,t=3,p=1'), argon2('m=19456,t=2,p=2')],
  PBKDF2_SHA256: [pbkdf2('600001'), pbkdf2('999999999')],
}

const MALFORMED: Readonly<Record<HashAlgorithm, readonly string[]>> = {
  BCRYPT: [
    '',
    `$2b$03$${BCRYPT_END}`,
    `$2$05$${BCRYPT_END}`,
    `$2c$05$${BCRYPT_END}`,
    `$2b$5$${BCRYPT_END}`,
    `$2b$05$${BCRYPT_END.slice(1)}`,
    `$2b$05$${BCRYPT_END}a`,
    `$2b$05$${BCRYPT_END.slice(1)}+`,
    `$2b$05$${BCRYPT_END}\n`,
  ],
  SCRYPT: [
    scrypt('16383$8$1'),
    scrypt('1$8$1'),
    scrypt('0$8$1'),
    scrypt('-16384$8$1'),
    scrypt('16384$0$1'),
    scrypt('16384$8'),
    scrypt('16384$8$1', hex(7)),
    scrypt('16384$8$1', hex(65)),
    scrypt('16384$8$1', `${hex(8)}a`),
    scrypt('16384$8$1', hex(16), hex(15)),
    scrypt('16384$8$1', hex(16), hex(65)),
    scrypt('16384$8$1', hex(16), 'xy'.repeat(32)),
  ],
  ARGON2ID: [
    argon2('m=7,t=1,p=1'),
    argon2('m=256,t=0,p=1'),
    argon2('t=1,m=256,p=1'),
    argon2('m=256,t=1,p=1,keyid=AAAA'),
    argon2('m=256,t=1,p=1').replace('argon2id', 'argon2i'),
    argon2('m=256,t=1,p=1').replace('v=19', 'v=16'),
    argon2('m=256,t=1,p=1', base64(7)),
    argon2('m=256,t=1,p=1', base64(16), base64(4)),
    argon2('m=256,t=1,p=1', base64(16), `${base64(32)}=`),
    // Bits at the end that belong to no byte.
    argon2('m=256,t=1,p=1', base64(16), `${base64(32).slice(0, -1)}1`),
  ],
  PBKDF2_SHA256: [
    pbkdf2('0'),
    pbkdf2('01000'),
    pbkdf2('1e5'),
    pbkdf2('1000000000'),
    pbkdf2('1000').replace('sha256', 'sha512'),
    pbkdf2('1000', base64(65)),
    pbkdf2('1000', base64(16), base64(65)),
    pbkdf2('1000', `${base64(15)}+`),
  ],
}

describe('a password hash', () => {
  for (const algorithm of HASH_ALGORITHMS) {
    test(`${algorithm}: what other programs write is understood, up to the bounds`, () => {
      for (const text of PASSWORD_HASHES[algorithm]) {
        const work = hashWorkOf({ algorithm, text })
        assert.ok(typeof work !== 'string', text)
        assert.equal(work.kind, algorithm)
      }
    })

    test(`${algorithm}: what costs more than the bounds is not taken`, () => {
      for (const text of TOO_COSTLY[algorithm]) {
        assert.equal(hashWorkOf({ algorithm, text }), 'too-costly', text)
      }
    })

    test(`${algorithm}: what is no such hash is not taken`, () => {
      const others = HASH_ALGORITHMS.filter((other) => other !== algorithm)
      const foreign = others.flatMap((other) => PASSWORD_HASHES[other])
      for (const text of [...MALFORMED[algorithm], ...foreign, 'x'.repeat(1_000_000)]) {
        assert.equal(hashWorkOf({ algorithm, text }), 'malformed', text.slice(0, 200))
      }
    })
  }

  test('bytes come out as they were written', () => {
    const [text] = PASSWORD_HASHES.PBKDF2_SHA256
    const work = hashWorkOf({ algorithm: 'PBKDF2_SHA256', text })
    assert.ok(typeof work !== 'string')
    assert.equal(Buffer.from(work.salt).toString('hex'), 'fbffbf000102030405060708090a0b0c')
    const bcrypt = hashWorkOf({ algorithm: 'BCRYPT', text: PASSWORD_HASHES.BCRYPT[0] })
    assert.ok(typeof bcrypt !== 'string')
    assert.deepEqual([bcrypt.salt.length, bcrypt.hash.length], [16, 23])
  })
})
