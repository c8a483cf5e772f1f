// No mutable state in modules: two servers in one process, or two tests, would share it without
// knowing. State belongs to a value that is made, passed on and ended.
import { at, isNode, nameOf, type Rule, type SyntaxNode } from './sources.js'

const MUTABLE_CLASSES = ['Map', 'Set', 'WeakMap', 'WeakSet', 'Array']

export const modulesHoldNoState: Rule = (sources) =>
  sources.flatMap((source) =>
    source.syntax.statements.flatMap((statement) => {
      const declaration = (statement['declaration'] ?? statement) as SyntaxNode
      if (declaration.type !== 'VariableDeclaration' || declaration['declare'] === true) return []
      return (declaration['declarations'] as readonly SyntaxNode[])
        .filter((declarator) => isMutable(String(declaration['kind']), declarator))
        .map((declarator) => {
          const name = nameOf(declarator['id']) ?? 'a pattern'
          return `${at(source, declarator)} holds state in ${name}: make it part of a value`
        })
    }),
  )

function isMutable(kind: string, declarator: SyntaxNode): boolean {
  if (kind !== 'const') return true
  const made = declarator['init']
  if (!isNode(made) || isReadonly(declarator['id'])) return false
  // What starts empty is there to be filled; what starts full is a table.
  if (made.type === 'NewExpression') {
    const isEmpty = (made['arguments'] as readonly unknown[]).length === 0
    return isEmpty && MUTABLE_CLASSES.includes(nameOf(made['callee']) ?? '')
  }
  if (made.type === 'ArrayExpression') return (made['elements'] as readonly unknown[]).length === 0
  const parts = made.type === 'ObjectExpression' ? made['properties'] : undefined
  return Array.isArray(parts) && parts.length === 0
}

/** Whether the type that a name is given forbids changes, as ReadonlyMap and `readonly T[]` do. */
function isReadonly(id: unknown): boolean {
  const annotation = isNode(id) && isNode(id['typeAnnotation']) ? id['typeAnnotation'] : undefined
  const type = annotation?.['typeAnnotation']
  if (!isNode(type)) return false
  if (type.type === 'TSTypeOperator') return type['operator'] === 'readonly'
  return (
    type.type === 'TSTypeReference' && nameOf(type['typeName'])?.startsWith('Readonly') === true
  )
}
