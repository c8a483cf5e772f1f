// The patterns of the service models. A pattern holds for the whole value. The service's text is
// printed as it is; the expression is derived from it where both dialects mean the same, and
// written by hand where a direct translation would need quadratic time or more on hostile input.

import type { Pattern } from './constraint.js'

/** Java's `\s` and `\S` know ASCII white space only, JavaScript's know Unicode. */
const JAVA_SPACE = ' \\t\\n\\x0B\\f\\r'

/** Letters, marks, symbols, numbers and punctuation: what the service calls text without blanks. */
const VISIBLE = '\\p{L}\\p{M}\\p{S}\\p{N}\\p{P}'
const VISIBLE_OR_SPACE = `${VISIBLE}${JAVA_SPACE}`
const MESSAGE_TEXT = `[${VISIBLE}\\s*]`
const CODE_MARKER = '[\\s\\S]*\\{####\\}'
/** The first opening marker, then the last closing one: any two would do, but in quadratic time. */
const LINK_MARKERS = '[^{]*(?:\\{(?!##)[^{]*)*\\{##[\\s\\S]*##\\}'

const LINEAR: ReadonlyMap<string, () => RegExp> = new Map([
  ['(?s).*', () => /^[\s\S]*$/u],
  [`[${VISIBLE}]+@[${VISIBLE}]+`, () => containing('[\\s\\S]+@[\\s\\S]', VISIBLE, '+')],
  [
    `${MESSAGE_TEXT}*\\{####\\}${MESSAGE_TEXT}*`,
    () => containing(CODE_MARKER, VISIBLE_OR_SPACE, '*'),
  ],
  [
    `${MESSAGE_TEXT}*\\{##${MESSAGE_TEXT}*##\\}${MESSAGE_TEXT}*`,
    () => containing(LINK_MARKERS, VISIBLE_OR_SPACE, '*'),
  ],
])

/** The pattern of that text. Compiled when first used: Unicode classes are costly. */
export function patternOf(text: string): Pattern {
  let expression: RegExp | undefined
  return {
    text,
    get expression() {
      expression ??= (LINEAR.get(text) ?? (() => translated(text)))()
      return expression
    },
  }
}

function translated(text: string): RegExp {
  const source = text.replaceAll('[\\S]', `[^${JAVA_SPACE}]`).replaceAll('\\s', JAVA_SPACE)
  return new RegExp(`^(?:${source})$`, 'u')
}

/** All characters of a class, and `marker` somewhere among them: one pass for each condition. */
function containing(marker: string, characters: string, quantifier: '+' | '*'): RegExp {
  return new RegExp(`^(?=${marker})[${characters}]${quantifier}$`, 'u')
}
