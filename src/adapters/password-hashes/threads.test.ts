import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { setImmediate } from 'node:timers/promises'
import { HASH_ALGORITHMS } from '#domain/credential/password-hash.js'
import { HASHED_PASSWORD, PASSWORD_HASHES } from '#test/support/password-hashes.js'
import { openPasswordHashes } from './threads.js'

const logged: string[] = []
const note = (message: string) => {
  logged.push(message)
}
const log = { debug: note, info: note, warn: note, error: note }

describe('checks of password hashes', () => {
  let hashes: ReturnType<typeof openPasswordHashes>
  before(() => {
    hashes = openPasswordHashes({ log })
  })
  after(() => hashes.close())

  for (const algorithm of HASH_ALGORITHMS) {
    test(`${algorithm}: the password is right, and no other`, async () => {
      for (const text of PASSWORD_HASHES[algorithm]) {
        assert.equal(await hashes.verify({ algorithm, text }, HASHED_PASSWORD), 'right', text)
      }
      const [text] = PASSWORD_HASHES[algorithm]
      const others = ['', 'correct-horse-7\u00e9', 'Correct-Horse-7e', `${HASHED_PASSWORD} `]
      for (const other of others) {
        assert.equal(await hashes.verify({ algorithm, text }, other), 'wrong', other)
      }
    })
  }

  test('bcrypt has four names, and knows 72 bytes of a password', async () => {
    const salted = 'abcdefghijklmnopqrstuu'
    for (const name of ['2a', '2b', '2x', '2y']) {
      const text = `$${name}$05$${salted}prk/rqhgcPTYTHLq52sX1mIsVNYyi5u`
      assert.equal(await hashes.verify({ algorithm: 'BCRYPT', text }, 'Correct-Horse-7'), 'right')
    }
    // What the early crypt_blowfish made of the same password.
    const signed = `$2x$05$${salted}6U/qnlKkXtHxmZSVYqvMxDBNx.BrVvy`
    assert.equal(
      await hashes.verify({ algorithm: 'BCRYPT', text: signed }, HASHED_PASSWORD),
      'wrong',
    )
    const text = `$2b$05$${salted}LkMZtUsVwf9Ptg/wgiNv8ZhtnAHnix.`
    const long = '0123456789'.repeat(8)
    const verdict = (password: string) => hashes.verify({ algorithm: 'BCRYPT', text }, password)
    assert.equal(await verdict(long), 'right')
    assert.equal(await verdict(`${long.slice(0, 71)}X${long.slice(72)}`), 'wrong')
  })

  test('the event loop goes on meanwhile', async () => {
    const text = PASSWORD_HASHES.BCRYPT[1]
    let isOver = false
    const checked = hashes.verify({ algorithm: 'BCRYPT', text }, 'a wrong one').finally(() => {
      isOver = true
    })
    let rounds = 0
    for (; !isOver; rounds += 1) await setImmediate()
    assert.equal(await checked, 'wrong')
    assert.ok(rounds > 50, `${rounds} rounds of the event loop`)
  })

  test('no more checks wait than are answered in time; those beyond are not begun', async () => {
    const text = PASSWORD_HASHES.BCRYPT[0]
    const check = () => hashes.verify({ algorithm: 'BCRYPT', text }, HASHED_PASSWORD)
    const verdicts = await Promise.all(Array.from({ length: 200 }, check))
    const busy = verdicts.filter((verdict) => verdict === 'busy').length
    assert.ok(busy > 100 && busy < 195, `${busy} of 200 were refused`)
    assert.ok(verdicts.every((verdict) => verdict !== 'wrong'))
    assert.equal(await check(), 'right')
    assert.deepEqual(logged, [])
  })
})
