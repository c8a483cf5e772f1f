import assert from 'node:assert/strict'
import { mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, describe, it } from 'node:test'
import { removePartials, writeSecret } from './durable-file.js'
import { readStackRecord, StackRecordWriter } from './stack-record.js'

const directory = mkdtempSync(join(tmpdir(), 'twinpool-record-'))
after(() => rmSync(directory, { recursive: true, force: true }))

const record = (pids: readonly number[]) => ({
  accountId: '123456789012',
  edge: 'http://localhost:1',
  credentialsFile: '/nowhere',
  regions: [],
  databaseUrls: {},
  pids,
})

describe('the record of a stack', () => {
  it('takes writes at the same moment, and ends with the newest', async () => {
    let count = 0
    const failures: string[] = []
    const writer = new StackRecordWriter(directory, {
      current: () => record([count]),
      onFailure: (sentence) => failures.push(sentence),
    })
    const writes = Array.from({ length: 40 }, () => {
      count += 1
      return writer.write()
    })
    await Promise.all(writes)
    assert.deepEqual(failures, [])
    assert.deepEqual((await readStackRecord(directory))?.pids, [40])
    assert.deepEqual(readdirSync(directory), ['stack.json'])
    assert.equal(statSync(join(directory, 'stack.json')).mode & 0o777, 0o600)
  })

  it('reports a write that fails, never throws it, and writes again when it can', async () => {
    const gone = join(directory, 'gone')
    const failures: string[] = []
    const writer = new StackRecordWriter(gone, {
      current: () => record([1]),
      onFailure: (sentence) => failures.push(sentence),
    })
    await Promise.all([writer.write(), writer.write()])
    assert.equal(failures.length, 2)
    assert.match(failures[0] ?? '', /gone\/stack\.json cannot be written: ENOENT/)
    assert.equal(await readStackRecord(gone), undefined)
    writeFileSync(join(directory, 'file'), '')
    assert.equal(await readStackRecord(join(directory, 'file')), undefined)
  })

  it('is named when it is damaged', async () => {
    writeFileSync(join(directory, 'stack.json'), '{"account')
    await assert.rejects(readStackRecord(directory), /stack\.json is damaged; delete it/)
  })
})

describe('a secret file', () => {
  it('is written by many at once without a trace, and its left-overs are removed', async () => {
    const file = join(directory, 'secret')
    await Promise.all(Array.from({ length: 20 }, (_, i) => writeSecret(file, `${i}`)))
    writeFileSync(join(directory, 'secret.partial-0123456789abcdef'), 'half')
    writeFileSync(join(directory, 'mine.partial-x'), 'not ours')
    await removePartials(directory)
    assert.deepEqual(
      readdirSync(directory).filter((name) => name.includes('partial')),
      ['mine.partial-x'],
    )
  })
})
