// Queries of Prometheus, read by its own grammar: which metrics they select, by which labels, and
// what is wrong with them.
import type { SyntaxNode } from '@lezer/common'
import { parser } from '@prometheus-io/lezer-promql'
import { METRICS, type MetricDefinition } from '#ports/metric-definitions.js'

/** Labels that Prometheus gives to everything that it scrapes. */
const OF_TARGETS = ['instance', 'job']

/** Metrics of Node.js that queries may use, and that of Prometheus about each target. */
export const NODE_METRICS: Readonly<Record<string, 'counter' | 'gauge'>> = {
  nodejs_eventloop_lag_p99_seconds: 'gauge',
  process_cpu_seconds_total: 'counter',
  process_resident_memory_bytes: 'gauge',
}

/** What is selected, with the labels and words of its matchers. */
export interface Selector {
  readonly metric: string
  readonly matchers: readonly { readonly label: string; readonly words: readonly string[] }[]
  /** The function around it, such as `rate`. */
  readonly within: string | undefined
}

export interface Query {
  readonly selectors: readonly Selector[]
  readonly grouped: readonly string[]
}

/** Undefined: it is no query. */
export function readQuery(text: string): Query | undefined {
  const selectors: Selector[] = []
  const grouped: string[] = []
  let isValid = text.trim() !== ''
  const textOf = (node: SyntaxNode | null) => (node ? text.slice(node.from, node.to) : '')
  parser.parse(text).iterate({
    enter({ node }) {
      if (node.type.isError) isValid = false
      if (node.name === 'GroupingLabels') grouped.push(...node.getChildren('LabelName').map(textOf))
      if (node.name !== 'VectorSelector') return
      const matchers = node.getChild('LabelMatchers')?.getChildren('UnquotedLabelMatcher') ?? []
      selectors.push({
        metric: textOf(node.getChild('Identifier')),
        matchers: matchers.map((each) => ({
          label: textOf(each.getChild('LabelName')),
          words: textOf(each.getChild('StringLiteral')).slice(1, -1).split('|'),
        })),
        within: functionAround(node, textOf),
      })
    },
  })
  return isValid ? { selectors, grouped } : undefined
}

function functionAround(
  selector: SyntaxNode,
  textOf: (node: SyntaxNode | null) => string,
): string | undefined {
  for (let node = selector.parent; node !== null; node = node.parent) {
    if (node.name === 'FunctionCall') return textOf(node.getChild('FunctionIdentifier'))
    if (node.name === 'BinaryExpr' || node.name === 'AggregateExpr') return undefined
  }
  return undefined
}

interface Selected {
  readonly labels: readonly string[]
  readonly isCounter: boolean
}

/** The metric of a name on the page, which of a histogram ends with what it tells. */
function selectedBy(name: string): Selected | undefined {
  if (name === 'up') return { labels: [], isCounter: false }
  const kind = NODE_METRICS[name]
  if (kind !== undefined) return { labels: [], isCounter: kind === 'counter' }
  const [, base = name, part] = /^(.*)_(bucket|sum|count)$/.exec(name) ?? []
  const definition: MetricDefinition | undefined = Object.entries(METRICS).find(
    ([known]) => known === base,
  )?.[1]
  if (definition === undefined) return undefined
  const isHistogram = definition.kind === 'histogram'
  if (isHistogram !== (part !== undefined)) return undefined
  const labels = part === 'bucket' ? [...definition.labels, 'le'] : definition.labels
  return { labels, isCounter: definition.kind !== 'gauge' }
}

/** What is wrong with a query, in sentences; `isWord` knows the words of labels. */
export function complaintsAbout(text: string, isWord: (word: string) => boolean): string[] {
  const query = readQuery(text)
  if (query === undefined) return [`${text} is no query`]
  const complaints: string[] = []
  const known = new Set(OF_TARGETS)
  for (const { metric, matchers, within } of query.selectors) {
    const selected = selectedBy(metric)
    if (selected === undefined) {
      complaints.push(`there is no ${metric}`)
      continue
    }
    const labels = [...selected.labels, ...OF_TARGETS]
    for (const label of labels) known.add(label)
    for (const { label, words } of matchers) {
      if (!labels.includes(label)) complaints.push(`${metric} has no label ${label}`)
      if (OF_TARGETS.includes(label)) continue
      const unknown = words.filter((word) => !word.includes('.') && !isWord(word))
      for (const word of unknown) complaints.push(`no ${label} of ${metric} is ${word}`)
    }
    const isRated = within === 'rate' || within === 'increase'
    if (isRated && !selected.isCounter) complaints.push(`${metric} is no counter`)
    if (!isRated && selected.isCounter && !/repaired|rebuilds/.test(metric)) {
      complaints.push(`${metric} is a counter, which only grows`)
    }
  }
  const lost = query.grouped.filter((label) => !known.has(label))
  return [...complaints, ...lost.map((label) => `nothing selected has the label ${label}`)]
}
