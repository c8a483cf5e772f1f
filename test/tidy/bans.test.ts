import assert from 'node:assert/strict'
import { test } from 'node:test'
import { BANS, nothingBanned } from './bans.js'
import { allSources, sourceOf } from './sources.js'

test('nothing that has a better place', () => {
  assert.deepEqual(nothingBanned(allSources()), [])
})

const PLANTED: readonly (readonly [text: string, what: RegExp, path?: string])[] = [
  ['const t = Date.now()', /Date\.now/],
  ['const t = Date["now"]', /Date\.now/],
  ['f(Date.now)', /Date\.now/],
  ['const t = performance.now()', /performance\.now/],
  ['const s = AbortSignal.any([a, b])', /AbortSignal\.any/],
  ['const t = new Date()', /new Date/],
  ['setTimeout(f, 1)', /setTimeout/],
  ['globalThis.setInterval(f, 1)', /setTimeout/],
  ["import { setTimeout as pause } from 'node:timers/promises'", /a sleep/, 'test/a/a.test.ts'],
  ['const x = Math.random()', /Math\.random/],
  ['const x = crypto.randomUUID()', /randomUUID/],
  ["import { randomBytes as r } from 'node:crypto'", /randomBytes/],
  ['const x = process.env["X"]', /process\.env/],
  ['console.log(1)', /console/],
  ['throw new Error("x")', /throw new Error/],
  ['const x = y as any', /as any/, 'test/a/a.test.ts'],
  ['enum A { B }', /an enum/],
  ['const x = y!', /non-null/],
  ['export default 1', /default export/],
  ['test.only("x", () => {})', /only/, 'test/a/a.test.ts'],
]

for (const [text, what, path = 'src/app/a.ts'] of PLANTED) {
  test(`planted: ${text}`, () => {
    const complaints = nothingBanned([sourceOf(path, text)])
    assert.equal(complaints.length, 1, complaints.join('\n'))
    assert.match(complaints[0] ?? '', what)
  })
}

test('every ban has a planted violation', () => {
  for (const ban of BANS) {
    const isPlanted = PLANTED.some(([text, , path = 'src/app/a.ts']) =>
      nothingBanned([sourceOf(path, text)]).some((complaint) => complaint.includes(ban.what)),
    )
    assert.ok(isPlanted, ban.what)
  }
})

test('what only looks like it passes', () => {
  const text = `
    // Date.now() in a comment, and console in a text
    const a = 'process.env'
    const b = { setTimeout: 1, randomUUID: random.uuid() }
    clock.setTimeout(1)
    const c = new Date(nowMs)
    throw new RangeError('x')
  `
  assert.deepEqual(nothingBanned([sourceOf('src/app/a.ts', text)]), [])
  assert.deepEqual(nothingBanned([sourceOf('src/adapters/system/clock.ts', 'Date.now()')]), [])
})
