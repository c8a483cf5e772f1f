// An earlier release of this project, as files that run: what people have when they upgrade. It
// uses the packages that are installed here, so those that only it needs are development
// dependencies: fastify for 0.1.0.
import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { join, resolve } from 'node:path'

export interface Release {
  readonly program: string
  remove(): void
}

/** Unpacks the release into a folder below this project, where Node.js finds the packages. */
export function unpackRelease(version: string): Release {
  const archive = resolve('test', 'fixtures', `release-${version}.tgz`)
  mkdirSync('.twinpool', { recursive: true })
  const folder = resolve(mkdtempSync(join('.twinpool', 'release-')))
  execFileSync('tar', ['-xzf', archive, '-C', folder])
  return {
    program: join(folder, 'package', 'bin', 'twinpool.js'),
    remove: () => rmSync(folder, { recursive: true, force: true }),
  }
}
