// The patterns of the user pools API and of KMS. A pattern holds for the whole value. The
// service's text is printed as it is; the expression is derived from it where both dialects mean
// the same, and written by hand where a direct translation would need quadratic time or more on
// hostile input.

import type { Pattern } from '../constraints.js'

/** Java's `\s` and `\S` know ASCII white space only, JavaScript's know Unicode. */
const JAVA_SPACE = ' \\t\\n\\x0B\\f\\r'

/** Compiled when first used: Unicode classes are costly, and most patterns are rarely asked for. */
function pattern(text: string, source: () => RegExp = () => translated(text)): Pattern {
  let expression: RegExp | undefined
  return {
    text,
    get expression() {
      expression ??= source()
      return expression
    },
  }
}

function translated(text: string): RegExp {
  const source = text.replaceAll('[\\S]', `[^${JAVA_SPACE}]`).replaceAll('\\s', JAVA_SPACE)
  return new RegExp(`^(?:${source})$`, 'u')
}

/** Letters, marks, symbols, numbers and punctuation: what the service calls text without blanks. */
const VISIBLE = '\\p{L}\\p{M}\\p{S}\\p{N}\\p{P}'
const VISIBLE_OR_SPACE = `${VISIBLE}${JAVA_SPACE}`

/** All characters of a class, and `marker` somewhere among them: one pass for each condition. */
function containing(marker: string, characters: string, quantifier: '+' | '*'): RegExp {
  return new RegExp(`^(?=${marker})[${characters}]${quantifier}$`, 'u')
}

const ARN =
  'arn:[\\w+=/,.@-]+:[\\w+=/,.@-]+:([\\w+=/,.@-]*)?:[0-9]+:[\\w+=/,.@-]+' +
  '(:[\\w+=/,.@-]+)?(:[\\w+=/,.@-]+)?'
const UUID =
  '^[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[4][0-9a-fA-F]{3}-[89abAB][0-9a-fA-F]{3}-[0-9a-fA-F]{12}$'
const MESSAGE_TEXT = '[\\p{L}\\p{M}\\p{S}\\p{N}\\p{P}\\s*]'
const CODE_MARKER = '[\\s\\S]*\\{####\\}'
/** The first opening marker, then the last closing one: any two would do, but in quadratic time. */
const LINK_MARKERS = '[^{]*(?:\\{(?!##)[^{]*)*\\{##[\\s\\S]*##\\}'

export const patterns = {
  anyText: pattern('(?s).*', () => /^[\s\S]*$/u),
  arn: pattern(ARN),
  arnOrEmpty: pattern(`(${ARN})?`),
  attributeName: pattern('[\\p{L}\\p{M}\\p{S}\\p{N}\\p{P}\\t\\n\\r ]+'),
  bucketArn: pattern(
    'arn:[\\w+=/,.@-]+:[\\w+=/,.@-]+:::[\\w+=/,.@-]+(:[\\w+=/,.@-]+)?(:[\\w+=/,.@-]+)?',
  ),
  clientId: pattern('[\\w+]+'),
  configurationSet: pattern('^[a-zA-Z0-9_-]+$'),
  deviceKey: pattern('[\\w-]+_[0-9a-f-]+'),
  digits: pattern('[0-9]+'),
  // Cognito: the reference gives this pattern without dots, and its own sample describes
  // auth.example.com (API reference, DescribeUserPoolDomain; aws-cdk #6787), 2026.
  domain: pattern('^[a-z0-9](?:[a-z0-9\\-.]{0,61}[a-z0-9])?$'),
  email: pattern('[\\p{L}\\p{M}\\p{S}\\p{N}\\p{P}]+@[\\p{L}\\p{M}\\p{S}\\p{N}\\p{P}]+', () =>
    containing('[\\s\\S]+@[\\s\\S]', VISIBLE, '+'),
  ),
  emailBody: pattern(`${MESSAGE_TEXT}+`),
  emailBodyWithCode: pattern(`${MESSAGE_TEXT}*\\{####\\}${MESSAGE_TEXT}*`, () =>
    containing(CODE_MARKER, VISIBLE_OR_SPACE, '*'),
  ),
  emailBodyWithLink: pattern(`${MESSAGE_TEXT}*\\{##${MESSAGE_TEXT}*##\\}${MESSAGE_TEXT}*`, () =>
    containing(LINK_MARKERS, VISIBLE_OR_SPACE, '*'),
  ),
  emailSubject: pattern('[\\p{L}\\p{M}\\p{S}\\p{N}\\p{P}\\s]+'),
  eventId: pattern('[\\w+-]+'),
  hexadecimal: pattern('^[0-9a-fA-F]+$'),
  importJobId: pattern('import-[0-9a-zA-Z-]+'),
  inviteBody: pattern(`${MESSAGE_TEXT}*`),
  language: pattern(
    '^cognito:(default|dutch|english|french|spanish|german|bahasa-indonesia|italian|japanese|' +
      'korean|portuguese-brazil|chinese-(simplified|traditional))$',
  ),
  lettersAndDigits: pattern('[A-Za-z0-9]+'),
  name: pattern('[\\w\\s+=,.@-]+'),
  nonBlank: pattern('[\\S]+'),
  providerIdentifier: pattern('[\\w\\s+=.@-]+'),
  providerName: pattern('[\\p{L}\\p{M}\\p{S}\\p{N}\\p{P}\\p{Z}]+'),
  providerNameNew: pattern('[^_\\p{Z}][\\p{L}\\p{M}\\p{S}\\p{N}\\p{P}][^_\\p{Z}]+'),
  resourceId: pattern('^[\\w\\- ]+$'),
  scope: pattern('[\\x21\\x23-\\x5B\\x5D-\\x7E]+'),
  scopeName: pattern('[\\x21\\x23-\\x2E\\x30-\\x5B\\x5D-\\x7E]+'),
  secretHash: pattern('[\\w+=/]+'),
  smsWithCode: pattern('.*\\{####\\}.*'),
  terms: pattern('^(terms-of-use|privacy-policy)$'),
  token: pattern('[A-Za-z0-9-_=.]+'),
  userPoolId: pattern('[\\w-]+_[0-9a-zA-Z]+'),
  uuid: pattern(UUID),
  visible: pattern('[\\p{L}\\p{M}\\p{S}\\p{N}\\p{P}]+'),
  visibleAnchored: pattern(`^[${VISIBLE}]+$`),
} as const

export const kmsPatterns = {
  alias: pattern('^[a-zA-Z0-9:/_-]+$'),
  grantName: pattern('^[a-zA-Z0-9:/_-]+$'),
  keyMaterialId: pattern('^[a-f0-9]+$'),
  marker: pattern('[\\u0020-\\u00FF]*'),
  policy: pattern('[\\u0009\\u000A\\u000D\\u0020-\\u00FF]+'),
  policyName: pattern('[\\w]+'),
  principal: pattern('^[\\w+=,.@:/-]+$'),
  region: pattern('^([a-z]+-){2,3}\\d+$'),
  externalKeyId: pattern('^[a-zA-Z0-9-_.]+$'),
} as const
