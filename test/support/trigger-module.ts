// JavaScript modules of customers, as tests write them, in folders of their own.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

export interface TriggerModules {
  /** Writes a module and returns its path. */
  write(source: string, name?: string): string
  remove(): void
}

export function triggerModules(): TriggerModules {
  const folder = mkdtempSync(join(tmpdir(), 'twinpool-modules-'))
  let written = 0
  return {
    write(source, extension = 'mjs') {
      written += 1
      const file = join(folder, `function-${written}.${extension}`)
      writeFileSync(file, source)
      return file
    },
    remove: () => rmSync(folder, { recursive: true, force: true }),
  }
}

export function lambdaArn(name: string, region = 'us-west-2'): string {
  return `arn:aws:lambda:${region}:123456789012:function:${name}`
}
