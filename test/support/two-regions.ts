// Two Regions as a person has them on one machine: `twinpool up` in a temporary folder. It brings
// back what it supervises, and takes commands such as `region stop`.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { required } from '#base/assert.js'
import { parseCredentials } from '#config/secrets.js'
import { takeStackPort } from './ports.js'
import { remove, type StackLine, temporaryDirectory, twinpoolAsync, Up } from './program.js'

const REGIONS = 'us-west-2,us-east-1'

export interface TwoRegions {
  readonly regions: Readonly<Record<string, NonNullable<StackLine['regions'][string]>>>
  readonly edge: string
  readonly credentials: { readonly accessKeyId: string; readonly secretAccessKey: string }
  readonly stateDirectory: string
  /** Runs another command against the stack, which must succeed; returns its output. */
  command(...args: readonly string[]): Promise<string>
  stop(): Promise<void>
}

export async function startTwoRegions(): Promise<TwoRegions> {
  const folder = temporaryDirectory()
  const stateDirectory = join(folder, 'state')
  const inState = ['--state-dir', stateDirectory]
  const port = String(await takeStackPort())
  const up = new Up(['--regions', REGIONS, '--port', port, ...inState])
  const stop = async () => {
    await up.end('SIGTERM')
    remove(folder)
  }
  try {
    const { regions, edge, credentialsFile } = await up.ready()
    const credentials = parseCredentials(readFileSync(credentialsFile, 'utf8'))
    return {
      regions: regions as TwoRegions['regions'],
      edge,
      credentials: required(credentials, 'the root access key'),
      stateDirectory,
      async command(...args) {
        const { code, stdout, stderr } = await twinpoolAsync([...args, ...inState])
        if (code !== 0) throw new Error(`twinpool ${args.join(' ')} failed: ${stderr.trim()}`)
        return stdout
      },
      stop,
    }
  } catch (error) {
    await stop()
    throw error
  }
}
