// The list of common passwords that ships in the package of zxcvbn: about 50,000, the most used of
// what was leaked. Unpacking it takes some 50 ms, once for each process, at the first question.
import type { KnownPasswords } from '#ports/risk.js'

export function openKnownPasswords(): KnownPasswords {
  let loading: Promise<ReadonlySet<string>> | undefined
  return {
    async has(password) {
      loading ??= load()
      return (await loading).has(password)
    },
  }
}

async function load(): Promise<ReadonlySet<string>> {
  const { dictionary } = await import('@zxcvbn-ts/language-common')
  return new Set(dictionary['passwords-common'])
}
