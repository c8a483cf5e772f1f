// Commands that a person can paste in any terminal: the program by the path of its file, since a
// name such as `npx twinpool` means another program in another directory, and every path absolute.

import { realpathSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { searchPath } from '#config/config.js'

const PROGRAM = fileURLToPath(new URL('../../../bin/twinpool.js', import.meta.url))

/** How this program is called: by its name where the shell finds it, or else by its file. */
export function programCall(): string {
  const own = realOf(PROGRAM)
  const found = searchPath()
    .split(delimiter)
    .some((directory) => directory !== '' && realOf(join(directory, 'twinpool')) === own)
  return found ? 'twinpool' : `node ${quoted(PROGRAM)}`
}

/** A whole command for the stack in `stateDirectory`. */
export function commandFor(stateDirectory: string, args: string): string {
  return `${programCall()} ${args} --state-dir ${quoted(stateDirectory)}`
}

/** A word as a shell takes it for one. */
export function quoted(word: string): string {
  return /^[\w./:@%+=,-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`
}

function realOf(path: string): string | undefined {
  try {
    return realpathSync(path)
  } catch {
    return undefined
  }
}
