// Tests that may be skipped or be "todo", one a line: `path: name`. Any other skip is a failure,
// because a test that does not run looks exactly like one that passes.
import { textOf } from '../../scripts/tree.js'

const ALLOWED_SKIPS_PATH = 'test/allowed-skips.txt'

export function readAllowedSkips(): ReadonlySet<string> {
  return parseAllowedSkips(textOf(ALLOWED_SKIPS_PATH))
}

export function parseAllowedSkips(text: string): ReadonlySet<string> {
  const lines = text.split('\n').map((line) => line.trim())
  return new Set(lines.filter((line) => line !== '' && !line.startsWith('#')))
}
