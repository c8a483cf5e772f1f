// Nothing is longer than a reader's breath: files, functions, lines.
import { at, isShipped, type Rule, type SyntaxNode, walkSource } from './sources.js'

export const FILE_LINES_MAX = 400
export const FUNCTION_LINES_MAX = 70
export const LINE_COLUMNS_MAX = 100

/** Written by generators, or by people as one long table. */
const GENERATED = /^src\/api\/(?:cognito|kms)\/registry\.ts$/

export const filesAreShort: Rule = (sources) =>
  sources
    .filter(({ path, lines }) => !GENERATED.test(path) && lines.length - 1 > FILE_LINES_MAX)
    .map(({ path, lines }) => `${path} has ${lines.length - 1} lines: split it by what it is about`)

/** For any kind of text, not only for TypeScript. */
export function linesAreShort(
  files: readonly { readonly path: string; readonly lines: readonly string[] }[],
): readonly string[] {
  return files
    .filter(({ path }) => !GENERATED.test(path))
    .flatMap(({ path, lines }) =>
      lines.flatMap((line, index) =>
        // An address is as long as it is.
        [...line].length <= LINE_COLUMNS_MAX || /https?:\/\/\S{60}/.test(line)
          ? []
          : [`${path}:${index + 1} has ${[...line].length} columns`],
      ),
    )
}

const FUNCTION =
  /^(?:(?:Function|ArrowFunction)(?:Declaration|Expression)|(?:Object|Class|ClassPrivate)Method)$/

/** Words whose callback is a heading over tests rather than a function. */
const HEADINGS = ['describe', 'suite']

export const functionsAreShort: Rule = (sources) =>
  sources.flatMap((source) => {
    const functions: { node: SyntaxNode; within: SyntaxNode | undefined }[] = []
    walkSource(source, (node, ancestors) => {
      if (!FUNCTION.test(node.type) || isHeading(ancestors.at(-1))) return
      functions.push({ node, within: ancestors.findLast(({ type }) => FUNCTION.test(type)) })
    })
    return functions.flatMap(({ node }) => {
      // In tests, what a function encloses is counted by itself: a server made for one test is
      // read part by part.
      const inner = isShipped(source) ? [] : functions.filter(({ within }) => within === node)
      const count = inner.reduce((lines, part) => lines - linesOf(part.node) + 1, linesOf(node))
      return count > FUNCTION_LINES_MAX
        ? [`${at(source, node)} is a function of ${count} lines`]
        : []
    })
  })

function linesOf(node: SyntaxNode): number {
  return node.loc.end.line - node.loc.start.line + 1
}

function isHeading(parent: SyntaxNode | undefined): boolean {
  if (parent?.type !== 'CallExpression') return false
  const callee = parent['callee'] as SyntaxNode
  const name = callee.type === 'MemberExpression' ? (callee['object'] as SyntaxNode) : callee
  return HEADINGS.includes(String(name['name']))
}
