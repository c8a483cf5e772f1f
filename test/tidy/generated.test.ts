import assert from 'node:assert/strict'
import { test } from 'node:test'
import { deviationsIn } from '../../scripts/deviations.js'
import { configurationText, generatedDocs } from '../../scripts/gen-docs.js'
import { REGISTRY_PATH, registryText } from '../../scripts/gen-registry.js'
import { operationFiles, operationsIn } from '../../scripts/operation-files.js'
import { textOf } from '../../scripts/tree.js'

const STALE = 'is not what its generator writes: run `npm run gen`'

test('the registry is fresh', () => {
  const files = operationFiles()
  assert.ok(files.length >= 30, `saw ${files.length} operations`)
  assert.ok(textOf(REGISTRY_PATH) === registryText(files), `${REGISTRY_PATH} ${STALE}`)
})

test('generated documents are fresh', () => {
  const docs = Object.entries(generatedDocs)
  assert.equal(docs.length, 5)
  for (const [path, make] of docs) assert.ok(textOf(path) === make(), `${path} ${STALE}`)
})

test('planted: another operation makes another registry', () => {
  const planted = {
    name: 'PlantedOperation',
    area: 'pools',
    path: 'src/api/cognito/pools/planted.ts',
  }
  const text = registryText([planted])
  assert.match(text, /^import \{ PlantedOperation \} from '\.\/pools\/planted\.js'$/m)
  assert.notEqual(registryText([...operationFiles(), planted]), textOf(REGISTRY_PATH))
  assert.deepEqual(operationsIn('export const GetUser = operation('), ['GetUser'])
  assert.deepEqual(operationsIn('// export const GetUser = operation('), [])
})

test('planted: deviations are found, to the end of their paragraph', () => {
  const text = `
    // Deviation: a reason
    // over two lines.
    // Cognito: something else.
    const a = 'Deviation: not a comment'
    /**
     * Meaning.
     * Deviation: another one.
     *
     * Not part of it.
     */
  `
  assert.deepEqual(deviationsIn('src/a.ts', text), [
    { path: 'src/a.ts', text: 'a reason over two lines.' },
    { path: 'src/a.ts', text: 'another one.' },
  ])
})

test('planted: a stale column is written again, and a setting without a row is found', () => {
  const text = textOf('docs/configuration.md')
  const row = '| `workers` | `TWINPOOL_WORKERS` | processes | 1 | serve |'
  assert.ok(text.includes(row))
  const stale = text.replace(row, '| `workers` | `TWINPOOL_WORKER` | threads | 2 | both |')
  assert.equal(configurationText(stale), text)
  assert.throws(() => configurationText(text.replace(row, '| `worker` |')), /no row for workers/)
})
