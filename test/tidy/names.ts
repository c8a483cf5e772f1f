// Names that say nothing, and the form of file names.
import { at, nameOf, type Rule, type SyntaxNode } from './sources.js'

const FILE_NAME = /^[a-z0-9]+(?:-[a-z0-9]+)*(?:\.test|\.d)?\.tsx?$/
/** Whole words of a file's name. */
const EMPTY_FILE_WORDS = /(?:^|[-/])(?:utils?|helpers?|managers?|impl|misc|common|index)(?=[-./])/
const EMPTY_NAMES =
  /(?:Utils?|Helpers?|Manager|Impl)$|^(?:utils?|helpers?)$|^Base[A-Z]|^Abstract[A-Z]/

export const filesAreNamedWell: Rule = (sources) =>
  sources.flatMap(({ path }) => {
    const file = path.slice(path.lastIndexOf('/') + 1)
    if (!FILE_NAME.test(file)) return [`${path}: write file names in kebab-case`]
    if (EMPTY_FILE_WORDS.test(path)) return [`${path}: name the file for what it holds`]
    return []
  })

export const exportsAreNamedWell: Rule = (sources) =>
  sources.flatMap((source) =>
    source.syntax.statements
      .filter((node) => node.type === 'ExportNamedDeclaration')
      .flatMap((node) => declaredNames(node).map((name) => [node, name] as const))
      .filter(([, name]) => EMPTY_NAMES.test(name))
      .map(([node, name]) => `${at(source, node)}: ${name} says nothing; name what it is or does`),
  )

function declaredNames(node: SyntaxNode): readonly string[] {
  const declaration = node['declaration'] as SyntaxNode | null
  if (declaration === null) return []
  const declared = declaration['declarations'] as readonly SyntaxNode[] | undefined
  return (declared ?? [declaration]).map((item) => nameOf(item['id']) ?? '')
}
