// `twinpool region stop|start`: commands to a running stack.
import { resolve } from 'node:path'
import { sendControl } from './control.js'

export interface RegionFlags {
  readonly stateDir: string
  readonly json: boolean
}

export async function runRegionStop(
  region: string,
  flags: RegionFlags & { readonly kill: boolean },
): Promise<void> {
  const result = await sendControl(resolve(flags.stateDir), {
    command: 'region-stop',
    region,
    isKill: flags.kill,
  })
  const { isAlreadyDown = false, ...pids } = result as { isAlreadyDown?: boolean }
  if (flags.json) console.log(JSON.stringify(pids))
  else if (isAlreadyDown) console.log(`${region} was down already.`)
  else console.log(`${region} ${flags.kill ? 'was killed' : 'is stopped'}.`)
}

export async function runRegionStart(region: string, flags: RegionFlags): Promise<void> {
  const result = await sendControl(resolve(flags.stateDir), { command: 'region-start', region })
  if (flags.json) console.log(JSON.stringify(result))
  else console.log(`${region} is running.`)
}
