// A broken promise as a person reads it.
import type { Violation } from './world.js'

export function textOf({ promise, detail, history, at }: Violation): string {
  const lines = history.map((line) => `    ${line}`)
  return [`BROKEN at ${at.trim()}: ${promise}`, `  ${detail}`, ...lines].join('\n')
}
