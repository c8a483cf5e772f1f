// `twinpool check-config`: says whether a configuration file would do, without starting anything.
// It reads what `serve` or `edge` would read, variables and secret files included.
import { readFile } from 'node:fs/promises'
import { isObject } from '#base/json.js'
import { loadConfig, loadEdgeConfig } from '#config/config.js'
import { CommandError } from './failure.js'

export async function runCheckConfig(file: string, flags: { json: boolean }): Promise<void> {
  const kind = (await isOfNode(file)) ? 'node' : 'edge'
  if (kind === 'node') {
    const { region, regions, listen, link } = loadConfig({ file })
    const peers = regions.map(({ name }) => name).filter((name) => name !== region)
    if (flags.json) console.log(JSON.stringify({ kind, region, peers, listen, link }))
    else {
      const others = peers.length === 0 ? 'no other Region' : peers.join(', ')
      console.log(`${file} is right for a node of ${region}, with ${others}.`)
      console.log(
        `It would listen on ${listen.host}:${listen.port}, link ${link.host}:${link.port}.`,
      )
    }
    return
  }
  const { regions, listen, startPage } = loadEdgeConfig({ file })
  const names = regions.map(({ name }) => name)
  if (flags.json) console.log(JSON.stringify({ kind, regions: names, listen, startPage }))
  else {
    console.log(`${file} is right for an edge of ${names.join(', ')}.`)
    console.log(`It would listen on ${listen.host}:${listen.port}.`)
  }
}

/** The file of a node names its Region or database, which that of an edge cannot. */
async function isOfNode(file: string): Promise<boolean> {
  const text = await readFile(file, 'utf8').catch(() => undefined)
  if (text === undefined) throw new CommandError(`The configuration file ${file} cannot be read.`)
  try {
    const value: unknown = JSON.parse(text)
    return (
      isObject(value) && ['region', 'database', 'link', 'serviceKeyFile'].some((m) => m in value)
    )
  } catch {
    throw new CommandError(`The configuration file ${file} is not valid JSON.`)
  }
}
