// Every metric is counted somewhere and shown on the dashboard, and every query of the alerts and
// the dashboard is about metrics and labels that exist.
import assert from 'node:assert/strict'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { parse } from 'yaml'
import { PrometheusMetrics } from '#adapters/metrics/prometheus.js'
import { systemClock } from '#adapters/system/clock.js'
import { METRIC_LABELS, METRICS } from '#ports/metric-definitions.js'
import { filesBelow, projectRoot, textOf } from '../../scripts/tree.js'
import { complaintsAbout, NODE_METRICS, readQuery } from './queries.js'

interface Alert {
  readonly alert: string
  readonly expr: string
  readonly for?: string
  readonly labels: { readonly severity: string }
  readonly annotations: { readonly summary: string; readonly action: string }
}

interface Panel {
  readonly id: number
  readonly type: string
  readonly title: string
  readonly gridPos: {
    readonly x: number
    readonly y: number
    readonly w: number
    readonly h: number
  }
  readonly targets?: readonly { readonly expr: string; readonly legendFormat: string }[]
}

const { groups } = parse(textOf('deploy/prometheus/alerts.yaml')) as {
  readonly groups: readonly { readonly name: string; readonly rules: readonly Alert[] }[]
}
const alerts = groups.flatMap(({ rules }) => rules)
const { panels } = JSON.parse(textOf('deploy/grafana/twinpool.json')) as { panels: Panel[] }
const charts = panels.filter(({ type }) => type !== 'row')

const DEFINITIONS = 'src/ports/metric-definitions.ts'
const source = filesBelow('src')
  .filter((path) => path.endsWith('.ts') && !path.endsWith('.test.ts') && path !== DEFINITIONS)
  .map(textOf)
  .join('\n')

/** Words that a label can have are in the source, quoted or as a member of a table. */
const isWord = (word: string) =>
  source.includes(`'${word}'`) || new RegExp(`\\b${word}\\b:|\\{ ?${word},`).test(source)

/** Grafana puts its own words into queries. */
const filledIn = (expr: string) =>
  expr.replaceAll('$__rate_interval', '5m').replaceAll('$instance', '.*')

describe('metrics', () => {
  test('are all counted, or read at a scrape', () => {
    const names = Object.keys(METRICS)
    assert.ok(names.length > 50)
    assert.deepEqual(
      names.filter((name) => !source.includes(`'${name}'`)),
      [],
    )
  })

  test('are named as Prometheus names them, and have labels that are used', () => {
    const used = new Set(Object.values(METRICS).flatMap(({ labels }): string[] => [...labels]))
    assert.deepEqual(Object.keys(METRIC_LABELS).toSorted(), [...used].toSorted())
    for (const [name, { kind }] of Object.entries(METRICS)) {
      assert.match(name, /^twinpool_[a-z_]+$/)
      assert.equal(name.endsWith('_total'), kind === 'counter', name)
      assert.ok(kind !== 'histogram' || name.endsWith('_seconds'), name)
    }
  })

  test('of Node.js are there under the names that queries use', async () => {
    const metrics = new PrometheusMetrics({ of: 'node', clock: systemClock, hasProcess: true })
    const text = await metrics.text()
    for (const [name, kind] of Object.entries(NODE_METRICS)) {
      assert.ok(text.includes(`# TYPE ${name} ${kind}\n`), name)
    }
  })

  test('are all on the dashboard', () => {
    const shown = new Set(
      charts.flatMap(({ targets = [] }) =>
        targets.flatMap(({ expr }) =>
          (readQuery(filledIn(expr))?.selectors ?? []).map(({ metric }) => metric),
        ),
      ),
    )
    const isShown = (name: string) => shown.has(name) || shown.has(`${name}_bucket`)
    assert.deepEqual(
      Object.keys(METRICS).filter((name) => !isShown(name)),
      [],
    )
  })
})

describe('alerts', () => {
  test('ask for metrics, labels and words that exist', () => {
    assert.ok(alerts.length > 25)
    for (const { alert, expr } of alerts) {
      assert.deepEqual(complaintsAbout(expr, isWord), [], alert)
    }
  })

  test('have a name of their own, a severity, what is wrong and what to do', () => {
    const names = [...groups.map(({ name }) => name), ...alerts.map(({ alert }) => alert)]
    assert.equal(new Set(names).size, names.length)
    for (const { alert, labels, annotations, ...rest } of alerts) {
      assert.match(alert, /^Twinpool[A-Z]\w+$/)
      assert.match(labels.severity, /^(?:critical|warning)$/, alert)
      assert.match(rest.for ?? '1m', /^\d+[sm]$/, alert)
      assert.deepEqual(Object.keys(annotations), ['summary', 'action'], alert)
    }
  })

  test('name only labels that are left, and runbooks that exist', () => {
    let seen = 0
    for (const { alert, expr, annotations } of alerts) {
      const query = readQuery(expr)
      const grouped = query?.grouped ?? []
      for (const [, label = ''] of annotations.summary.matchAll(/\$labels\.(\w+)/g)) {
        seen += 1
        const isLeft = grouped.length === 0 || grouped.includes(label) || expr.includes('on (')
        assert.ok(isLeft, `${alert} has no label ${label} left`)
      }
      for (const [path] of annotations.action.matchAll(/docs\/[\w/-]+\.md/g)) {
        assert.ok(existsSync(join(projectRoot, path)), path)
      }
    }
    assert.ok(seen > 20)
  })
})

describe('the dashboard', () => {
  test('asks for metrics, labels and words that exist', () => {
    assert.ok(charts.length > 30)
    for (const { title, targets = [] } of charts) {
      assert.ok(targets.length > 0, title)
      for (const { expr } of targets) {
        assert.deepEqual(complaintsAbout(filledIn(expr), isWord), [], `${title}: ${expr}`)
      }
    }
  })

  test('has panels with titles, none over another', () => {
    assert.equal(new Set(panels.map(({ id }) => id)).size, panels.length)
    const taken = new Set<string>()
    for (const { title, gridPos } of panels) {
      assert.ok(title.length > 1)
      for (let x = gridPos.x; x < gridPos.x + gridPos.w; x += 1) {
        for (let y = gridPos.y; y < gridPos.y + gridPos.h; y += 1) {
          assert.ok(x < 24 && !taken.has(`${x} ${y}`), title)
          taken.add(`${x} ${y}`)
        }
      }
    }
  })
})

test('planted: queries that are wrong are found', () => {
  const wrong = {
    'rate(twinpool_requests_total[5m]': /is no query/,
    'twinpool_request_total > 1': /there is no twinpool_request_total/,
    'rate(twinpool_request_duration_seconds[5m])': /there is no/,
    'rate(twinpool_requests_total{pool="a"}[5m])': /has no label pool/,
    'rate(twinpool_database_up[5m])': /is no counter/,
    'twinpool_requests_total > 1': /which only grows/,
    'sum by (user) (twinpool_leader)': /nothing selected has the label user/,
    'twinpool_pool_keys{state="unusual-word"}': /no state of twinpool_pool_keys is unusual-word/,
  }
  for (const [query, complaint] of Object.entries(wrong)) {
    assert.match(complaintsAbout(query, isWord).join(), complaint)
  }
  const right = 'sum by (le) (rate(twinpool_request_duration_seconds_bucket{service="kms"}[5m]))'
  assert.deepEqual(complaintsAbout(right, isWord), [])
})
