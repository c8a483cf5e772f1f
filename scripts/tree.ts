// The project's own files, for generators and for tests that read the tree.
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

/** The root of the checkout; this file runs as dist/scripts/tree.js. */
export const projectRoot = fileURLToPath(new URL('../../', import.meta.url))

const LEFT_OUT: ReadonlySet<string> = new Set(['node_modules', 'dist', '.git', '.twinpool'])

/** Paths of all files below `folder`, relative to the root, sorted, with forward slashes. */
export function filesBelow(folder: string): readonly string[] {
  const found: string[] = []
  const pending = [folder]
  for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
    for (const entry of entriesOf(next)) {
      const path = next === '' ? entry.name : `${next}/${entry.name}`
      // In a worktree `.git` is a file.
      if (LEFT_OUT.has(entry.name)) continue
      if (entry.isDirectory()) {
        pending.push(path)
      } else if (entry.isFile()) {
        found.push(path)
      }
    }
  }
  return found.sort()
}

function entriesOf(folder: string) {
  try {
    return readdirSync(join(projectRoot, folder), { withFileTypes: true })
  } catch (error) {
    // A folder that does not exist yet holds no files.
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return []
    throw error
  }
}

/** The text of a file, by its path from the root. */
export function textOf(path: string): string {
  return readFileSync(join(projectRoot, path), 'utf8')
}
