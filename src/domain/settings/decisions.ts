// What a setting does here. From the decisions, unbuilt settings are refused, docs/compatibility.md
// lists those that are refused or only stored, and a test demands one for every setting that the
// SDK knows. What must stay true: a setting that would deny something (a trigger, a second factor)
// is in effect or refused, never only stored.

/** What becomes of a setting that a request gives. */
export type SettingDecision =
  | { readonly kind: 'in-effect' }
  /** Stored and described, and read by nothing; `note` says what is missing. */
  | { readonly kind: 'stored'; readonly note: string }
  /** Not implemented for `values`, or for any value when there are none. */
  | { readonly kind: 'refused'; readonly note: string; readonly values?: readonly string[] }

/** By path in the requests; items of lists have no step of their own. */
export type SettingDecisions = Readonly<Record<string, SettingDecision>>

/** Something reads it. */
export const inEffect: SettingDecision = { kind: 'in-effect' }
/** Nothing reads it, for what the note says is missing. */
export const stored = (note: string): SettingDecision => ({ kind: 'stored', note })
/** Not implemented, for these values or any. */
export const refused = (note: string, ...values: string[]): SettingDecision =>
  values.length === 0 ? { kind: 'refused', note } : { kind: 'refused', note, values }

/** The decision for a setting, by its own path or the path of a part that holds it. */
export function decisionAt(decisions: SettingDecisions, path: string): SettingDecision | undefined {
  const steps = path.split('.')
  for (let length = steps.length; length > 0; length -= 1) {
    const key = steps.slice(0, length).join('.')
    if (Object.hasOwn(decisions, key)) return decisions[key]
  }
  return undefined
}

/** The first setting of a request that is refused, with its value if others are not, and why. */
export function refusedSetting(
  decisions: SettingDecisions,
  request: object,
): { readonly what: string; readonly note: string } | undefined {
  for (const [path, decision] of Object.entries(decisions)) {
    if (decision.kind !== 'refused') continue
    const { values, note } = decision
    const given = valuesAt(request, path.split('.'))
    const bad = given.find((value) => values === undefined || values.includes(String(value)))
    if (bad === undefined) continue
    return { what: values === undefined ? path : `${path} ${String(bad)}`, note }
  }
  return undefined
}

/** What a request has at a path, through lists; nothing where a part is absent. */
function valuesAt(value: unknown, [step, ...rest]: readonly string[]): readonly unknown[] {
  if (value === undefined || value === null) return []
  if (Array.isArray(value)) {
    return value.flatMap((item) => (step === undefined ? [item] : valuesAt(item, [step, ...rest])))
  }
  if (step === undefined) return [value]
  return valuesAt((value as Readonly<Record<string, unknown>>)[step], rest)
}
