import assert from 'node:assert/strict'
import { test } from 'node:test'
import { UnhandledErrors } from './unhandled-errors.js'

type Line = readonly [level: string, message: string, error: unknown, count: unknown]

function recorder() {
  const lines: Line[] = []
  const write = (level: string) => (message: string, fields?: Readonly<Record<string, unknown>>) =>
    lines.push([level, message, fields?.['error'], fields?.['count']])
  return { lines, log: { warn: write('warn'), error: write('error') } }
}

test('a harmless rejection is a warning, any other begins the end, once', () => {
  const { lines, log } = recorder()
  let ends = 0
  const harmless = new TypeError('lost connection')
  const bug = new RangeError('bug')
  const errors = new UnhandledErrors({
    log,
    isHarmless: (error) => error instanceof TypeError,
    end: () => {
      ends += 1
    },
  })
  errors.onRejection(harmless)
  assert.deepEqual([ends, lines.length], [0, 1])
  errors.onRejection(bug)
  errors.onRejection(bug)
  errors.onException(bug)
  assert.equal(ends, 1)
  assert.deepEqual(lines, [
    ['warn', 'a harmless rejection was not handled', harmless, 1],
    ['error', 'a rejection was not handled', bug, 1],
    ['error', 'a rejection was not handled', bug, 2],
    ['error', 'an exception was not caught', bug, 1],
  ])
  assert.deepEqual(errors.counts, { rejections: 2, exceptions: 1, harmless: 1 })
})

test('an exception is never harmless', () => {
  const { lines, log } = recorder()
  let ends = 0
  const errors = new UnhandledErrors({
    log,
    isHarmless: () => true,
    end: () => {
      ends += 1
    },
  })
  errors.onException(new TypeError('thrown by a listener'))
  assert.deepEqual([ends, lines[0]?.[0]], [1, 'error'])
})

test('a process without an end goes on, and one that learns of it later does, too', () => {
  const { log } = recorder()
  let ends = 0
  const end = () => {
    ends += 1
  }
  const errors = new UnhandledErrors({ log, end })
  errors.refine({ end: undefined })
  errors.onRejection(new RangeError('bug'))
  assert.equal(ends, 0)
})

test('a log that cannot be written is not the end, and what is no Error is logged as one', () => {
  const seen: unknown[] = []
  const errors = new UnhandledErrors({
    log: {
      warn: () => undefined,
      error: (_message, fields) => {
        seen.push(fields?.['error'])
        throw new RangeError('no space left')
      },
    },
  })
  errors.onRejection('just text')
  errors.onRejection(undefined)
  assert.deepEqual(
    seen.map((error) => error instanceof Error && error.message),
    ['just text', 'undefined'],
  )
  assert.equal(errors.counts.rejections, 2)
})
