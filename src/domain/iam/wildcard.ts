// Wildcards of IAM policies: `*` is any text, `?` any one character. Matching looks at each
// character of the text once per part between stars, so no pattern, however many stars it has, can
// make a call slow; a regular expression of the same pattern could.

/** Whether `pattern` matches the whole of `text`, with its case. */
export function matchesWildcard(pattern: string, text: string): boolean {
  let p = 0
  let t = 0
  let star = -1
  let starText = 0
  while (t < text.length) {
    // A star first: a `*` in the text must not be taken for one that matches itself.
    if (pattern[p] === '*') {
      star = p
      starText = t
      p += 1
    } else if (p < pattern.length && (pattern[p] === '?' || pattern[p] === text[t])) {
      p += 1
      t += 1
    } else if (star >= 0) {
      // The latest star takes one character more. Earlier ones need not: they took the least.
      starText += 1
      t = starText
      p = star + 1
    } else {
      return false
    }
  }
  while (pattern[p] === '*') p += 1
  return p === pattern.length
}

const ARN_PARTS = 6

/** An ARN pattern: wildcards stay within their part of the ARN, the last part is all the rest. */
export function matchesArn(pattern: string, arn: string): boolean {
  const patternParts = arnParts(pattern)
  const parts = arnParts(arn)
  if (patternParts.length !== parts.length) return false
  return patternParts.every((part, index) => matchesWildcard(part, parts[index] ?? ''))
}

function arnParts(arn: string): readonly string[] {
  const parts = arn.split(':')
  return [...parts.slice(0, ARN_PARTS - 1), parts.slice(ARN_PARTS - 1).join(':')]
}
