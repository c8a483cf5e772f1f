// Functions of the customer's that are not in AWS Lambda: a module that this node runs in a child
// process, or an address that speaks the Invoke API.
import { resolve } from 'node:path'
import { isObject } from '#base/json.js'
import { ConfigError, type SettingValues } from './values.js'

/** A function by its ARN; either `module` or `url` is there. */
export type LocalFunction =
  | { readonly arn: string; readonly module: string; readonly url?: undefined }
  | { readonly arn: string; readonly module?: undefined; readonly url: string }

const ARN = /^arn:[\w-]+:lambda:[\w-]+:\d{12}:function:[\w-]+(:[\w$-]+)?$/
const MEMBERS = new Set(['arn', 'module', 'url'])

/** The setting `triggers.functions`. Paths are from the process's directory. */
export function readFunctions(values: SettingValues): readonly LocalFunction[] {
  const functions = values.list('triggers.functions').map(readFunction)
  const arns = new Set(functions.map(({ arn }) => arn))
  if (arns.size < functions.length) {
    throw new ConfigError('The setting triggers.functions names a function twice.')
  }
  return functions
}

function readFunction(value: unknown): LocalFunction {
  const wrong = (what: string) => new ConfigError(`The setting triggers.functions ${what}.`)
  if (!isObject(value)) throw wrong('must be a list of objects')
  const unknown = Object.keys(value).find((name) => !MEMBERS.has(name))
  if (unknown !== undefined) throw wrong(`has an unknown member: ${unknown}`)
  const { arn, module, url } = value
  if (typeof arn !== 'string' || !ARN.test(arn)) {
    throw wrong('must name each function by the arn of a Lambda function')
  }
  if (typeof module === 'string' && module !== '' && url === undefined) {
    return { arn, module: resolve(module) }
  }
  const isUrl = typeof url === 'string' && /^https?:\/\//.test(url) && URL.canParse(url)
  if (isUrl && module === undefined) return { arn, url }
  throw wrong(`must give ${arn} either a module (a path) or a url (http or https)`)
}
