// Patterns of policies: `*` is any text, `?` is one character. Matching goes back to the last star
// only, so that no pattern takes more than its length times that of the text.

export function matchesWildcard(pattern: string, text: string): boolean {
  let at = 0
  let next = 0
  let star = -1
  let starAt = 0
  while (at < text.length) {
    const wanted = pattern[next]
    if (wanted === '*') {
      star = next
      starAt = at
      next += 1
    } else if (wanted === '?' || wanted === text[at]) {
      next += 1
      at += 1
    } else if (star >= 0) {
      starAt += 1
      at = starAt
      next = star + 1
    } else return false
  }
  while (pattern[next] === '*') next += 1
  return next === pattern.length
}

/** An ARN pattern: wildcards stay within their part of the ARN, the last part is all the rest. */
export function matchesArn(pattern: string, arn: string): boolean {
  const patternParts = arnParts(pattern)
  const parts = arnParts(arn)
  if (patternParts.length !== parts.length) return false
  return patternParts.every((part, index) => matchesWildcard(part, parts[index] ?? ''))
}

const ARN_PARTS = 6

function arnParts(arn: string): readonly string[] {
  const parts = arn.split(':')
  return [...parts.slice(0, ARN_PARTS - 1), parts.slice(ARN_PARTS - 1).join(':')]
}
