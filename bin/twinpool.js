#!/usr/bin/env node
import module from 'node:module'

// Newer versions of Node keep compiled code between runs, which halves the time to load a node.
module.enableCompileCache?.()
const loaded = await import('../dist/src/cli/main.js').catch((error) => {
  if (error?.code !== 'ERR_MODULE_NOT_FOUND') throw error
  console.error(
    'twinpool: it is not installed or not built yet; run "npm ci" in its directory first.',
  )
  process.exit(1)
})
await loaded.main(process.argv)
