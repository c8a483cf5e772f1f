// The PostgreSQL binaries of a package whose install script did not run: links and modes are
// missing, and are made at the first use, however many ask for them at once.
import assert from 'node:assert/strict'
import { mkdirSync, mkdtempSync, readlinkSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { findBinaries } from '#adapters/postgres-embedded/binaries.js'

const LINKS = Array.from({ length: 20 }, (_, at) => `lib${at}.so`)

test('a package without its links is repaired by several at once', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'binaries-'))
  const native = join(folder, 'native')
  for (const name of ['dist', 'native/bin', 'native/lib']) {
    mkdirSync(join(folder, name), { recursive: true })
  }
  writeFileSync(join(folder, 'package.json'), '{"version":"1.0.0","type":"module"}')
  writeFileSync(
    join(folder, 'dist/index.js'),
    ['initdb', 'postgres']
      .map((name) => `export const ${name} = ${JSON.stringify(join(native, 'bin', name))}`)
      .join('\n'),
  )
  for (const name of ['initdb', 'postgres']) {
    writeFileSync(join(native, 'bin', name), '', { mode: 0o644 })
  }
  const links = LINKS.map((name) => ({
    source: `native/lib/${name}`,
    target: `native/lib/${name}.1`,
  }))
  writeFileSync(join(native, 'pg-symlinks.json'), JSON.stringify(links))
  try {
    const found = await Promise.all(
      Array.from({ length: 8 }, () => findBinaries(undefined, folder)),
    )
    for (const { postgres } of found) assert.ok(postgres.endsWith('/native/bin/postgres'))
    for (const name of LINKS) assert.equal(readlinkSync(join(native, `lib/${name}.1`)), name)
    assert.equal(statSync(join(native, 'bin/initdb')).mode & 0o777, 0o755)
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
})
