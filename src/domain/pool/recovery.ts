// How a forgotten password may come back (AccountRecoverySetting), as far as the setting alone
// tells whether it makes sense.

/** What is wrong with a setting; undefined when nothing is. */
export function recoveryProblem(
  setting:
    | {
        readonly recoveryMechanisms?:
          | readonly { readonly priority: number; readonly name?: string | undefined }[]
          | undefined
      }
    | undefined,
): string | undefined {
  const mechanisms = setting?.recoveryMechanisms ?? []
  if (mechanisms.length < 2) return undefined
  // Cognito: API reference, RecoveryOptionType, 2026; the wording is ours.
  if (mechanisms.some(({ name }) => name === 'admin_only')) {
    return (
      'Invalid account recovery setting parameter. Account Recovery Setting cannot use ' +
      'admin_only setting with any other recovery mechanisms.'
    )
  }
  const isTwice = (values: readonly unknown[]) => new Set(values).size < values.length
  if (isTwice(mechanisms.map(({ name }) => name))) {
    return 'Invalid account recovery setting parameter. A recovery mechanism is given twice.'
  }
  if (isTwice(mechanisms.map(({ priority }) => priority))) {
    return 'Invalid account recovery setting parameter. Two mechanisms have the same priority.'
  }
  return undefined
}
