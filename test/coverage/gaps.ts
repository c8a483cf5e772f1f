// What is compared, apart from where it comes from, so that it can be tried on planted text.

/** Operations whose command a source sends. */
export function mentionedCommands(text: string): readonly string[] {
  return [...text.matchAll(/\bnew ([A-Z]\w+)Command\b/g)].map((match) => match[1] ?? '')
}

/** Gaps that are not allowed, and allowances that are no longer gaps: the list may only shrink. */
export function compareWithAllowedGaps(gaps: readonly string[], list: string) {
  const allowed = list
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '' && !line.startsWith('#'))
  return {
    missing: gaps.filter((name) => !allowed.includes(name)),
    stale: allowed.filter((name) => !gaps.includes(name)),
  }
}

/** Whether the file is called as the operation, in kebab case; acronyms may be one word. */
export function isKebabOf(path: string, operation: string): boolean {
  const file = path.slice(path.lastIndexOf('/') + 1, -'.ts'.length)
  const isKebab = /^[a-z0-9]+(?:-[a-z0-9]+)+$/.test(file) || !file.includes('-')
  return (
    isKebab && file === file.toLowerCase() && file.replaceAll('-', '') === operation.toLowerCase()
  )
}
