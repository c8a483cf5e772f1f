// An operator who is called by an alert and one who looks at `twinpool alarms` are told the same:
// each alarm has its alert, with one severity, one threshold and one window, and its row in the
// document.
import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { parse } from 'yaml'
import { required } from '#base/assert.js'
import { ALARMS } from '#domain/alarm/alarms.js'
import { textOf } from '../../scripts/tree.js'

interface Alert {
  readonly alert: string
  readonly expr: string
  readonly labels: { readonly severity: string }
}

const { groups } = parse(textOf('deploy/prometheus/alerts.yaml')) as {
  readonly groups: readonly { readonly rules: readonly Alert[] }[]
}
const alerts = groups.flatMap(({ rules }) => rules)
const alertOf = (name: string) =>
  required(
    alerts.find(({ alert }) => alert === `Twinpool${name}`),
    `the alert of ${name}`,
  )

const SECONDS: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3600 }

/** What a query compares with, and over how long it looks. */
function boundsOf(expr: string) {
  const [, above] = /> (\S+)\s*$/.exec(expr) ?? []
  const [, count, unit = ''] = /\[(\d+)([smh])\]/.exec(expr) ?? []
  return {
    above: above === undefined ? undefined : Number(above),
    windowSeconds: count === undefined ? undefined : Number(count) * (SECONDS[unit] ?? 0),
  }
}

describe('alarms', () => {
  test('have the severity and the bounds of their alerts', () => {
    assert.ok(Object.keys(ALARMS).length > 10)
    for (const [name, { severity, above, windowSeconds }] of Object.entries(ALARMS)) {
      const { expr, labels } = alertOf(name)
      assert.equal(labels.severity, severity.toLowerCase(), name)
      assert.deepEqual(boundsOf(expr), { above, windowSeconds }, name)
    }
  })

  test('are in the document, with their severity', () => {
    const rows = [...textOf('docs/operations.md').matchAll(/^\| `(\w+)` \| (\w+) \|/gm)]
    assert.deepEqual(
      rows.map(([, name, severity]) => [name, severity]),
      Object.entries(ALARMS).map(([name, { severity }]) => [name, severity.toLowerCase()]),
    )
  })

  test('planted: bounds are read from queries', () => {
    assert.deepEqual(boundsOf('abs(x) > 5'), { above: 5, windowSeconds: undefined })
    assert.deepEqual(boundsOf('increase(x[10m]) > 2e9'), { above: 2e9, windowSeconds: 600 })
    assert.deepEqual(boundsOf('x == 0'), { above: undefined, windowSeconds: undefined })
  })
})
