// Text that must not be in the tree: keys, tokens, and where on a person's machine it was made.
// The patterns are put together from parts, so that this file does not contain what it looks for.

interface Pattern {
  readonly what: string
  readonly regexp: RegExp
  readonly except?: RegExp
}

const PATTERNS: readonly Pattern[] = [
  { what: 'a private key', regexp: new RegExp(`-----BEGIN [A-Z ]*PRIVATE ${'KEY'}-----`) },
  {
    what: 'a token',
    regexp: new RegExp(`\\bey${'J'}[A-Za-z0-9_-]{30,}`),
    except: /^package-lock\.json$/,
  },
  {
    what: 'an AWS access key',
    // Made-up ones say EXAMPLE or repeat a word, which chance does not.
    regexp: new RegExp(
      `\\b(?:AKI${'A'}|ASI${'A'})(?![A-Z0-9]*(?:EXAMPLE|([A-Z]{3,})\\1))[A-Z0-9]{16}\\b`,
    ),
  },
  { what: 'a path of one machine', regexp: new RegExp(`(?<![\\w.-])/(?:wor${'k'}|roo${'t'})/`) },
  { what: 'a path outside the project', regexp: new RegExp(`\\.\\./share${'d'}\\b`) },
  { what: 'how it was worked on', regexp: new RegExp(`\\bhelper sessio${'n'}`, 'i') },
]

/** Complaints about one file of any kind. */
export function secretsIn(path: string, text: string): readonly string[] {
  return PATTERNS.filter(({ except }) => except?.test(path) !== true).flatMap(({ what, regexp }) =>
    text
      .split('\n')
      .flatMap((line, index) => (regexp.test(line) ? [`${path}:${index + 1} has ${what}`] : [])),
  )
}
