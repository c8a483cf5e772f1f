// The versions of the matrix, and what a run of the suites says at its end.

export interface Counts {
  readonly passed: number
  readonly failed: number
}

export interface Version {
  readonly kind: 'node' | 'postgres'
  readonly major: string
  /** As the lock file calls it: `node-22`. */
  readonly name: string
}

/** The versions that the lock file of the matrix pins: its names are `node-22` and the like. */
export function versionsOf(packageText: string): readonly Version[] {
  const { dependencies } = JSON.parse(packageText) as { dependencies: Record<string, string> }
  return Object.keys(dependencies).flatMap((name) => {
    const [, kind, major] = /^(node|postgres)-(\d+)$/.exec(name) ?? []
    if ((kind !== 'node' && kind !== 'postgres') || major === undefined) return []
    return [{ kind, major, name }]
  })
}

/** The sum that the runner ends with; without one, something else went wrong. */
export function countsOf(output: string): Counts {
  const [, passed, failed] = /(\d+) passed, (\d+) failed\s*$/.exec(output) ?? []
  return { passed: Number(passed ?? 0), failed: Number(failed ?? 1) }
}
