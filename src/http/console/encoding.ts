// Which encoding of a body a client gets (RFC 9110, section 12.5.3): the best of those that there
// are and that it accepts.

export type Encoding = 'br' | 'gzip'

const BEST_FIRST = ['br', 'gzip'] as const

/** Undefined: the body as it is. */
export function chooseEncoding(
  accepted: string | undefined,
  available: readonly Encoding[],
): Encoding | undefined {
  const weights = weightsOf(accepted ?? '')
  const weightOf = (encoding: Encoding) => weights.get(encoding) ?? weights.get('*') ?? 0
  const usable = BEST_FIRST.filter((each) => available.includes(each) && weightOf(each) > 0)
  return usable.toSorted((a, b) => weightOf(b) - weightOf(a))[0]
}

function weightsOf(accepted: string): ReadonlyMap<string, number> {
  const weights = new Map<string, number>()
  for (const part of accepted.toLowerCase().split(',')) {
    const [name = '', ...parameters] = part.split(';').map((each) => each.trim())
    const weight = parameters.find((each) => each.startsWith('q='))?.slice(2)
    weights.set(name, weight === undefined ? 1 : Number(weight) || 0)
  }
  return weights
}
