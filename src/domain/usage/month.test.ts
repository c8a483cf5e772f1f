import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { dayOf, hoursIn, monthOf, monthsBefore, namer, spanOfMonth } from './month.js'

const NOVEMBER = { startMs: Date.UTC(2026, 10), endMs: Date.UTC(2026, 11), hours: 720 }
const at = (text: string) => Date.parse(`${text}:00Z`)
const period = (since: string, until: string) => ({ sinceMs: at(since), untilMs: at(until) })

describe('months', () => {
  it('begin and end at midnight in UTC', () => {
    assert.equal(monthOf(NOVEMBER.startMs), '2026-11')
    assert.equal(monthOf(NOVEMBER.startMs - 1), '2026-10')
    assert.equal(monthOf(NOVEMBER.endMs - 1), '2026-11')
    assert.equal(dayOf(NOVEMBER.endMs - 1), '2026-11-30')
    assert.deepEqual(spanOfMonth('2026-11'), NOVEMBER)
    assert.equal(spanOfMonth('2028-02')?.hours, 29 * 24)
    assert.equal(spanOfMonth('2026-12')?.endMs, Date.UTC(2027, 0))
  })

  it('have names of one form', () => {
    for (const name of ['2026-13', '2026-00', '2026-1', '26-11', '2026-11-01', ' 2026-11', '']) {
      assert.equal(spanOfMonth(name), undefined, name)
    }
  })

  it('are counted back over the year', () => {
    assert.equal(monthsBefore(at('2026-01-15T12:00'), 1), Date.UTC(2025, 11))
    assert.equal(monthsBefore(at('2026-11-30T23:59'), 24), Date.UTC(2024, 10))
  })
})

describe('namer', () => {
  it('names a moment as if there had been none before, back and forth', () => {
    const month = namer('month')
    const day = namer('day')
    for (const atMs of [0, -1, 1, 0, -1, -1].map((ms) => NOVEMBER.endMs + ms)) {
      assert.equal(month(atMs), monthOf(atMs))
      assert.equal(day(atMs), dayOf(atMs))
    }
  })
})

describe('hoursIn', () => {
  it('clips periods at the month, and counts what overlaps once', () => {
    const cases = [
      [[], 0],
      [[period('2026-09-01T00:00', '2027-02-01T00:00')], 720],
      [[period('2026-10-31T12:00', '2026-11-01T06:00')], 6],
      [[period('2026-11-30T18:00', '2026-12-01T18:00')], 6],
      [[period('2026-10-01T00:00', '2026-11-01T00:00')], 0],
      [[period('2026-12-01T00:00', '2026-12-02T00:00')], 0],
      [
        [
          period('2026-11-03T00:00', '2026-11-04T00:00'),
          period('2026-11-01T00:00', '2026-11-02T12:00'),
        ],
        60,
      ],
      [
        [
          period('2026-11-01T00:00', '2026-11-03T00:00'),
          period('2026-11-02T00:00', '2026-11-02T12:00'),
        ],
        48,
      ],
      [
        [
          period('2026-11-01T00:00', '2026-11-02T00:00'),
          period('2026-11-01T12:00', '2026-11-02T12:00'),
        ],
        36,
      ],
    ] as const
    for (const [periods, hours] of cases) assert.equal(hoursIn(periods, NOVEMBER), hours)
  })
})
