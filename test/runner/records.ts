// What a suite's process reports to the runner: lines of JSON in a file, because standard output
// belongs to the tests.

export type TestRecord =
  | { readonly kind: 'passed' | 'failed'; readonly name: string; readonly file: string }
  | { readonly kind: 'skipped'; readonly name: string; readonly file: string }
  /** How long a file took. */
  | { readonly kind: 'duration'; readonly file: string; readonly ms: number }
  /** The last one. Without it the process died before its tests were done. */
  | { readonly kind: 'end' }

export function parseRecords(text: string): readonly TestRecord[] {
  return text
    .split('\n')
    .filter((line) => line.endsWith('}'))
    .map((line) => JSON.parse(line) as TestRecord)
}
