// The version of this program, as its package has it.
import { readFileSync } from 'node:fs'

export function versionOfPackage(): string {
  const file = new URL('../../../package.json', import.meta.url)
  const description = JSON.parse(readFileSync(file, 'utf8')) as { version: string }
  return description.version
}
