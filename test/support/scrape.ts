// A page of metrics as Prometheus reads it.
import assert from 'node:assert/strict'
import { waitFor } from './wait.js'

/** A value with its labels. */
export interface Sample {
  readonly name: string
  readonly labels: Readonly<Record<string, string>>
  readonly value: number
}

export class Scrape {
  readonly samples: readonly Sample[]

  constructor(text: string) {
    this.samples = text.split('\n').flatMap((line) => {
      if (line === '' || line.startsWith('#')) return []
      const [, name = '', list = '', value] = /^(\w+)(?:\{(.*)\})? (\S+)$/.exec(line) ?? []
      assert.ok(value !== undefined, `no sample: ${line}`)
      const pairs = [...list.matchAll(/(\w+)="((?:[^"\\]|\\.)*)"/g)]
      const labels = Object.fromEntries(pairs.map(([, label = '', text = '']) => [label, text]))
      return [{ name, labels, value: Number(value) }]
    })
  }

  /** Samples of a metric that have these labels, whatever others they have. */
  all(name: string, labels: Readonly<Record<string, string>> = {}): readonly Sample[] {
    const wanted = Object.entries(labels)
    return this.samples.filter(
      (each) => each.name === name && wanted.every(([label, text]) => each.labels[label] === text),
    )
  }

  /** Their sum; 0 without any. */
  sum(name: string, labels: Readonly<Record<string, string>> = {}): number {
    return this.all(name, labels).reduce((sum, { value }) => sum + value, 0)
  }

  /** The value of the only one. */
  one(name: string, labels: Readonly<Record<string, string>> = {}): number {
    const found = this.all(name, labels)
    const [first, ...more] = found
    assert.ok(first !== undefined && more.length === 0, `${found.length} samples of ${name}`)
    return first.value
  }
}

/** Scrapes a page. */
export async function scrape(url: string): Promise<Scrape> {
  const response = await fetch(url, { signal: AbortSignal.timeout(5000) })
  assert.equal(response.status, 200, url)
  assert.equal(response.headers.get('content-type'), 'text/plain; version=0.0.4; charset=utf-8')
  return new Scrape(await response.text())
}

/** Scrapes until the page is as it should be; returns that one. */
export async function scrapeUntil(
  url: string,
  isWanted: (page: Scrape) => boolean,
  what: string,
): Promise<Scrape> {
  let page: Scrape | undefined
  await waitFor(
    async () => {
      page = await scrape(url)
      return isWanted(page)
    },
    { what, timeoutMs: 30_000 },
  )
  assert.ok(page !== undefined)
  return page
}
