// Which entries of a list of known passwords a password is looked up as. Lists have the words that
// people choose; policies make them add a capital, a digit and a sign, which those who guess add as
// well. So a word that is known stays known with up to four digits and signs behind it.
//
// Deviation: the service asks a list of leaked credentials that it does not publish, for the pair
// of name and password; here it is a list of the most used passwords, for the password alone.

const WORD_LENGTH_MIN = 6
const WORD = /^(.*?[a-z])[^a-z]{1,4}$/

/** The forms under which a password may be in a list of lower-case passwords. */
export function listedForms(password: string): readonly string[] {
  const lower = password.toLowerCase()
  const word = WORD.exec(lower)?.[1]
  return word !== undefined && word.length >= WORD_LENGTH_MIN ? [lower, word] : [lower]
}
