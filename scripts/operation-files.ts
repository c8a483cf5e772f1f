// Which file holds which operation. Read from the text, so that the registry can be generated
// before anything that imports it compiles.
import { filesBelow, textOf } from './tree.js'

/** An operation found in the tree. */
export interface OperationFile {
  readonly name: string
  readonly area: string
  readonly path: string
}

/** All operations below src/api/cognito/<area>/, sorted by path. */
export function operationFiles(): readonly OperationFile[] {
  const found: OperationFile[] = []
  for (const path of filesBelow('src/api/cognito')) {
    const area = path.split('/')[3]
    if (area?.includes('.') || !path.endsWith('.ts') || path.endsWith('.test.ts')) continue
    for (const name of operationsIn(textOf(path))) found.push({ name, area: area ?? '', path })
  }
  return found
}

/** Names of the operation objects that a source exports. */
export function operationsIn(text: string): readonly string[] {
  return [...text.matchAll(/^export const ([A-Z]\w*) = operation\(/gm)].map((m) => m[1] ?? '')
}
