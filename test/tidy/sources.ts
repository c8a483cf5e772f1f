// Sources as the tidy rules read them: text, lines and a parsed tree. A rule is a function from
// sources to complaints, so that it can be given planted ones.
import assert from 'node:assert/strict'
import { type ParserPlugin, parse } from '@babel/parser'
import { filesBelow, textOf } from '../../scripts/tree.js'

/** A node of the syntax tree, as far as the rules look. */
export interface SyntaxNode {
  readonly type: string
  readonly start: number
  readonly end: number
  readonly loc: {
    readonly start: { readonly line: number }
    readonly end: { readonly line: number }
  }
  readonly leadingComments?: readonly Comment[]
  readonly [member: string]: unknown
}

export interface Comment {
  readonly type: 'CommentBlock' | 'CommentLine'
  readonly value: string
  readonly start: number
  readonly end: number
  readonly loc: SyntaxNode['loc']
}

export interface Source {
  readonly path: string
  readonly text: string
  readonly lines: readonly string[]
  readonly syntax: {
    readonly statements: readonly SyntaxNode[]
    readonly comments: readonly Comment[]
  }
}

export type Rule = (sources: readonly Source[]) => readonly string[]

export function sourceOf(path: string, text: string): Source {
  return {
    path,
    text,
    lines: text.split('\n'),
    get syntax() {
      return syntaxOf(path, text)
    },
  }
}

const parsed = new Map<string, Source['syntax']>()

function syntaxOf(path: string, text: string): Source['syntax'] {
  const key = `${path}\n${text}`
  const known = parsed.get(key)
  if (known !== undefined) return known
  const plugins: ParserPlugin[] = path.endsWith('.tsx') ? ['typescript', 'jsx'] : ['typescript']
  const file = parse(text, { sourceType: 'module', plugins, sourceFilename: path })
  const syntax = {
    statements: file.program.body as unknown as readonly SyntaxNode[],
    comments: (file.comments ?? []) as unknown as readonly Comment[],
  }
  parsed.set(key, syntax)
  return syntax
}

/** All TypeScript of the tree. A rule that sees too few files would pass for the wrong reason. */
export function allSources(): readonly Source[] {
  loaded ??= ['src', 'console', 'test', 'scripts', 'bench']
    .flatMap(filesBelow)
    .filter((path) => /\.tsx?$/.test(path))
    .map((path) => sourceOf(path, textOf(path)))
  assert.ok(loaded.length >= 150, `saw ${loaded.length} files`)
  return loaded
}

let loaded: readonly Source[] | undefined

/** What ships: src/ without the tests beside it. */
export function shippedSources(): readonly Source[] {
  const shipped = allSources().filter(isShipped)
  assert.ok(shipped.length >= 100, `saw ${shipped.length} files`)
  return shipped
}

export function isShipped({ path }: Pick<Source, 'path'>): boolean {
  return path.startsWith('src/') && !path.endsWith('.test.ts')
}

/** Visits a node and everything below it, with its ancestors, the nearest last. */
export function walk(
  node: SyntaxNode,
  visit: (node: SyntaxNode, ancestors: readonly SyntaxNode[]) => void,
  ancestors: readonly SyntaxNode[] = [],
): void {
  visit(node, ancestors)
  const path = [...ancestors, node]
  for (const child of childrenOf(node)) walk(child, visit, path)
}

/** Visits every node of a source. */
export function walkSource(
  source: Source,
  visit: (node: SyntaxNode, ancestors: readonly SyntaxNode[]) => void,
): void {
  for (const statement of source.syntax.statements) walk(statement, visit)
}

function childrenOf(node: SyntaxNode): readonly SyntaxNode[] {
  const children: SyntaxNode[] = []
  for (const [member, value] of Object.entries(node)) {
    if (member.endsWith('Comments') || member === 'loc') continue
    for (const item of Array.isArray(value) ? value : [value]) if (isNode(item)) children.push(item)
  }
  return children
}

export function isNode(value: unknown): value is SyntaxNode {
  return typeof value === 'object' && value !== null && 'type' in value && 'loc' in value
}

/** The name of an identifier or the value of a string; undefined for every other node. */
export function nameOf(node: unknown): string | undefined {
  if (!isNode(node)) return undefined
  if (node.type === 'Identifier') return String(node['name'])
  return node.type === 'StringLiteral' ? String(node['value']) : undefined
}

/** Where a complaint points to. */
export function at(source: Source, node: Pick<SyntaxNode, 'loc'>): string {
  return `${source.path}:${node.loc.start.line}`
}
