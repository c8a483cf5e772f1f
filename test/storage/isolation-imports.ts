// The cases of the repository of user imports.
import type { Case } from './isolation-cases.js'
import {
  bytes,
  IMPORT_CHUNK,
  IMPORT_ID,
  IMPORT_LINES,
  importJob,
  JTI,
  NOW,
  newUser,
  OTHER_SUB,
} from './pools.js'

export const IMPORT_CASES: Readonly<Record<string, Case>> = {
  'userImports.insert': {
    writes: (r, pool) =>
      r.userImports.insert(pool, { ...importJob(pool.id), jobId: 'import-new' }, { max: 9 }),
  },
  'userImports.find': { reads: (r, pool) => r.userImports.find(pool, IMPORT_ID) },
  'userImports.page': {
    reads: (r, pool) => r.userImports.page(pool, { after: undefined, limit: 10 }),
  },
  'userImports.live': { none: 'is about the jobs of all pools' },
  'userImports.move': {
    writes: (r, pool) =>
      r.userImports.move(pool, IMPORT_ID, { from: ['InProgress'], to: 'Stopping', atMs: NOW }),
  },
  'userImports.addChunk': {
    writes: (r, pool) =>
      r.userImports.addChunk(pool, { ...IMPORT_CHUNK, chunk: 1 }, IMPORT_LINES('new')),
  },
  'userImports.useUpload': {
    writes: async (r, pool) => {
      await r.userImports.insert(pool, { ...importJob(pool.id), jobId: 'import-2' }, { max: 9 })
      return r.userImports.useUpload(pool, { jobId: 'import-2', uploadId: OTHER_SUB })
    },
  },
  'userImports.chunk': { reads: (r, pool) => r.userImports.chunk(pool, IMPORT_CHUNK) },
  'userImports.take': {
    writes: (r, pool) => r.userImports.take(pool, { jobId: IMPORT_ID, chunk: 0 }),
  },
  'userImports.insertUsers': {
    writes: (r, pool) =>
      r.userImports.insertUsers(pool, [
        newUser({ sub: JTI, usernameHash: bytes('imported'), emailHash: undefined }),
      ]),
  },
  'userImports.record': {
    writes: (r, pool) =>
      r.userImports.record(
        pool,
        { jobId: IMPORT_ID, chunk: 7 },
        { imported: 1, skipped: 2, failed: 3, log: 'new' },
      ),
  },
  'userImports.removeChunks': { writes: (r, pool) => r.userImports.removeChunks(pool, IMPORT_ID) },
  'userImports.log': {
    reads: (r, pool) => r.userImports.log(pool, { jobId: IMPORT_ID, chunk: 5 }),
  },
}
