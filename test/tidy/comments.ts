// Comments that must be there, and what must be in them.
import { at, type Comment, type Rule, type Source, type SyntaxNode } from './sources.js'

/** Layers whose files begin with a paragraph: what this is, why it is so, what must stay true. */
const WITH_HEADER = /^src\/(?:domain|ports|app|adapters)\//
/** Layers whose exports are explained where they are exported. */
const WITH_DOCS = /^src\/(?:domain|ports)\//
const HEADER_LENGTH_MIN = 60
const REASON_LENGTH_MIN = 10

export const filesBeginWithWhy: Rule = (sources) =>
  sources
    .filter(({ path }) => WITH_HEADER.test(path))
    .filter((source) => headerOf(source).length < HEADER_LENGTH_MIN)
    .map(({ path }) => `${path} does not begin with a paragraph that says what it is and why`)

/** The words of the comment that a file begins with. */
function headerOf(source: Source): string {
  const words: string[] = []
  let end = 0
  for (const comment of source.syntax.comments) {
    // Only blank space may lie between the lines of the header, and before it.
    if (source.text.slice(end, comment.start).trim() !== '') break
    words.push(comment.value.replace(/^\s*\*+/gm, '').trim())
    end = comment.end
  }
  return words.join(' ')
}

export const exportsAreExplained: Rule = (sources) =>
  sources
    .filter(({ path }) => WITH_DOCS.test(path))
    .flatMap((source) =>
      source.syntax.statements
        .filter((node) => node.type === 'ExportNamedDeclaration' && node['declaration'] != null)
        .filter((node) => !isContinued(source, node) && !hasDoc(node))
        .map(
          (node) => `${at(source, node)} exports without a doc comment: ${firstLine(source, node)}`,
        ),
    )

function hasDoc(node: SyntaxNode): boolean {
  const last = node.leadingComments?.at(-1)
  return last?.type === 'CommentBlock' && last.value.startsWith('*')
}

/** An overload, or the body after its overloads: the first one has the comment. */
function isContinued(source: Source, node: SyntaxNode): boolean {
  const { statements } = source.syntax
  const before = statements[statements.indexOf(node) - 1]?.['declaration'] as SyntaxNode | undefined
  return before?.type === 'TSDeclareFunction'
}

function firstLine(source: Source, node: SyntaxNode): string {
  return source.text.slice(node.start, node.end).split('\n')[0] ?? ''
}

/** Every suppression says why, and every open end says where it is written down. */
export const suppressionsHaveReasons: Rule = (sources) =>
  sources.flatMap((source) =>
    source.syntax.comments.flatMap((comment) => {
      const complaint = complaintAbout(comment)
      return complaint === undefined ? [] : [`${at(source, comment)} ${complaint}`]
    }),
  )

function complaintAbout({ value }: Comment): string | undefined {
  const text = value.replace(/^[\s*]+/, '').trim()
  if (/^@ts-(?:ignore|nocheck)\b/.test(text)) return 'use @ts-expect-error, with a reason'
  if (text.startsWith('biome-ignore')) {
    const reason = /^biome-ignore(?:-all|-start|-end)? [\w/]+: (.*)/s.exec(text)?.[1] ?? ''
    return reason.length < REASON_LENGTH_MIN ? 'a suppression without a reason' : undefined
  }
  if (text.startsWith('@ts-expect-error')) {
    const reason = text.slice('@ts-expect-error'.length).trim()
    return reason.length < REASON_LENGTH_MIN ? 'a suppression without a reason' : undefined
  }
  if (/\b(?:FIXME|XXX|HACK)\b/.test(text)) return 'an unfinished thing: finish it or open an issue'
  if (/\bTODO\b(?!\(#\d+\))/.test(text)) return 'write TODO(#123), with the issue'
  return undefined
}
