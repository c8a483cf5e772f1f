// Writes src/contract/generated: what a value of the wire must be, and which errors an operation
// declares, from public service models (`service-2.json` of botocore, or any file of that form):
//   node dist/scripts/gen-contract.js cognito-idp=FILE kms=FILE
// The models themselves are not part of this repository. Where a model is older than the SDK
// package, `contract-additions.ts` says the rest.
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import * as cognitoSdk from '@aws-sdk/client-cognito-identity-provider'
import * as kmsSdk from '@aws-sdk/client-kms'
import { cognitoAdditions, kmsAdditions } from './contract-additions.js'
import { projectRoot } from './tree.js'

interface Reference {
  readonly shape: string
}

interface ModelShape {
  readonly type: string
  readonly min?: number
  readonly max?: number
  readonly pattern?: string
  readonly enum?: readonly string[]
  readonly members?: Readonly<Record<string, Reference>>
  readonly member?: Reference
  readonly key?: Reference
  readonly value?: Reference
}

interface ModelOperation {
  readonly input?: Reference
  readonly errors?: readonly Reference[]
}

export interface ServiceModelFile {
  readonly metadata?: { readonly uid: string }
  readonly shapes: Readonly<Record<string, ModelShape>>
  readonly operations: Readonly<Record<string, ModelOperation>>
  readonly usualErrors?: readonly string[]
}

const SERVICES = {
  'cognito-idp': { name: 'cognito', sdk: cognitoSdk, additions: cognitoAdditions },
  kms: { name: 'kms', sdk: kmsSdk, additions: kmsAdditions },
} as const

const NUMBERS: ReadonlySet<string> = new Set(['integer', 'long', 'float', 'double'])

/** Lays the additions over a model; an operation of the additions only has the usual errors too. */
function merge(model: ServiceModelFile, more: ServiceModelFile): ServiceModelFile {
  const shapes: Record<string, ModelShape> = { ...model.shapes }
  for (const [name, shape] of Object.entries(more.shapes)) {
    const known = shapes[name]
    shapes[name] = {
      ...known,
      ...shape,
      ...(shape.members ? { members: { ...known?.members, ...shape.members } } : {}),
      ...(shape.enum ? { enum: [...new Set([...(known?.enum ?? []), ...shape.enum])] } : {}),
    }
  }
  const operations: Record<string, ModelOperation> = { ...model.operations }
  const usual = (more.usualErrors ?? []).map((name) => ({ shape: `${name}Exception` }))
  for (const [name, operation] of Object.entries(more.operations)) {
    const known = operations[name]
    const errors = [...(known?.errors ?? usual), ...(operation.errors ?? [])]
    operations[name] = { ...known, ...operation, errors }
  }
  return { ...model, shapes, operations }
}

/** The text of a rule without its members; undefined when the shape has none. */
function ruleOf(model: ServiceModelFile, sdk: object, name: string): string[] | undefined {
  const shape = model.shapes[name]
  if (shape === undefined || shape.type === 'structure') return undefined
  const parts: string[] = []
  const { min = 0, max } = shape
  if (min > 0 || max !== undefined || (NUMBERS.has(shape.type) && shape.min !== undefined)) {
    const bounds = max === undefined ? `[${min}]` : `[${min}, ${max}]`
    parts.push(`${NUMBERS.has(shape.type) ? 'range' : 'length'}: ${bounds}`)
  }
  if (shape.pattern !== undefined) parts.push(textEntry('pattern', shape.pattern, 4))
  if (shape.enum !== undefined) {
    const known = Object.values((sdk as Record<string, Record<string, string>>)[name] ?? {})
    const more = shape.enum.filter((value) => !known.includes(value))
    parts.push(`values: ${more.length === 0 ? '[]' : `['${more.join("', '")}']`}`)
  }
  for (const [part, reference] of [
    ['each', shape.member ?? shape.value],
    ['keys', shape.key],
  ] as const) {
    if (reference !== undefined && ruleOf(model, sdk, reference.shape) !== undefined) {
      parts.push(`${part}: '${reference.shape}'`)
    }
  }
  return parts.length === 0 ? undefined : parts
}

/** The shape of every member that an operation receives, by member name and structure. */
function receivedMembers(model: ServiceModelFile): Map<string, Map<string, string>> {
  const members = new Map<string, Map<string, string>>()
  const seen = new Set<string>()
  const visit = (name: string): void => {
    if (seen.has(name)) return
    seen.add(name)
    const shape = model.shapes[name]
    for (const part of [shape?.member, shape?.value]) if (part) visit(part.shape)
    for (const [member, { shape: target }] of Object.entries(shape?.members ?? {})) {
      const structures = members.get(member) ?? new Map<string, string>()
      members.set(member, structures.set(name, target))
      visit(target)
    }
  }
  for (const { input } of Object.values(model.operations)) if (input) visit(input.shape)
  return members
}

/** Which members a rule holds for: bare names where most structures agree, else one by one. */
function membersByRule(model: ServiceModelFile, sdk: object): Map<string, string[]> {
  const holders = new Map<string, string[]>()
  const add = (rule: string, holder: string) =>
    holders.set(rule, [...(holders.get(rule) ?? []), holder])
  for (const [member, structures] of receivedMembers(model)) {
    const rules = new Map<string, number>()
    const named = (shape: string) => (ruleOf(model, sdk, shape) === undefined ? 'none' : shape)
    for (const shape of structures.values()) {
      rules.set(named(shape), (rules.get(named(shape)) ?? 0) + 1)
    }
    const [common] = [...rules].sort(([a, m], [b, n]) => n - m || (a < b ? -1 : 1))[0] ?? ['none']
    if (common !== 'none') add(common, member)
    for (const [structure, shape] of structures) {
      if (named(shape) !== common) add(named(shape), `${structure}.${member}`)
    }
  }
  return holders
}

/** Each error with the operations that declare it; `*` and exceptions where most of them do. */
function operationsByError(model: ServiceModelFile): Map<string, string[]> {
  const all = Object.keys(model.operations).sort()
  const declared = new Map<string, Set<string>>()
  for (const name of all) {
    for (const { shape } of model.operations[name]?.errors ?? []) {
      const error = shape.replace(/Exception$/, '')
      declared.set(error, (declared.get(error) ?? new Set()).add(name))
    }
  }
  return new Map(
    [...declared].sort().map(([error, names]) => {
      const others = all.filter((name) => !names.has(name)).map((name) => `-${name}`)
      return [error, others.length < names.size ? ['*', ...others] : [...names]]
    }),
  )
}

const WIDTH = 100

/** `key: 'text'`, broken between words where it does not fit one line. */
function textEntry(key: string, text: string, indent: number): string {
  const quote = (part: string) => `'${part.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`
  const entry = `${key}: ${quote(text)}`
  if (entry.length + indent + 1 <= WIDTH) return entry
  const margin = ' '.repeat(indent + 2)
  const lines: string[] = []
  for (let rest = text; rest !== ''; ) {
    let end = rest.length
    while (margin.length + quote(rest.slice(0, end)).length + ' +'.length > WIDTH) end -= 1
    const blank = rest.lastIndexOf(' ', end - 1)
    if (end < rest.length && blank > 0) end = blank + 1
    lines.push(quote(rest.slice(0, end)))
    rest = rest.slice(end)
  }
  return `${key}:\n${margin}${lines.join(` +\n${margin}`)}`
}

/** The rows of the rules: each on one line, or its parts on as few lines as they need. */
function ruleRows(model: ServiceModelFile, sdk: object): readonly string[] {
  const holders = membersByRule(model, sdk)
  const used = new Set(holders.keys())
  for (const rule of used) {
    const { member, key, value } = model.shapes[rule] ?? {}
    for (const part of [member, value, key]) if (part) used.add(part.shape)
  }
  return [...used].sort().flatMap((rule) => {
    const parts = rule === 'none' ? [] : ruleOf(model, sdk, rule)
    if (parts === undefined) return []
    const members = holders.get(rule)?.sort().join(' ')
    const all = members === undefined ? parts : [...parts, textEntry('members', members, 4)]
    const row = `  ${rule}: { ${all.join(', ')} },`
    if (row.length <= WIDTH && !row.includes('\n')) return [row]
    return [`  ${rule}: {`, ...all.map((part) => `    ${part},`), '  },']
  })
}

function fileText(uid: string, name: string, type: string, rows: readonly string[]): string {
  return [
    `// Generated by scripts/gen-contract.ts from the service model ${uid}. Do not edit.`,
    `import type { ${type} } from '../model.js'`,
    '',
    `export const ${name}: ${type} = {`,
    ...rows,
    '}',
    '',
  ].join('\n')
}

for (const argument of process.argv.slice(2)) {
  const [key = '', path = ''] = argument.split('=')
  if (key !== 'cognito-idp' && key !== 'kms') throw new Error(`no service ${key}`)
  const service = SERVICES[key]
  const file = JSON.parse(readFileSync(path, 'utf8')) as ServiceModelFile
  const uid = file.metadata?.uid ?? key
  const model = merge(file, service.additions)
  const errors = [...operationsByError(model)].map(
    ([error, names]) => `  ${textEntry(error, names.join(' '), 2)},`,
  )
  const files = [
    ['rules', 'RuleTable', ruleRows(model, service.sdk)],
    ['errors', 'ErrorTable', errors],
  ] as const
  for (const [what, type, rows] of files) {
    const name = `${service.name}${what.charAt(0).toUpperCase()}${what.slice(1)}`
    const path = join(projectRoot, 'src/contract/generated', `${service.name}-${what}.ts`)
    writeFileSync(path, fileText(uid, name, type, rows))
  }
}
