// Colours for people at a terminal, and none for files, pipes and those who set NO_COLOR.
import { wantsColours } from '#config/config.js'

const CODES = { red: 31, yellow: 33, green: 32, dim: 2 } as const

/** `text` in a colour, if `stream` is a terminal that shows some. */
export function coloured(
  text: string,
  colour: keyof typeof CODES,
  stream: { readonly isTTY?: boolean },
): string {
  if (stream.isTTY !== true || !wantsColours()) return text
  return `\u001b[${CODES[colour]}m${text}\u001b[0m`
}
