// Run by `npm run build`: builds the console into `dist/console`, which the nodes serve at
// `/console/`: static files named by their content, split by page, with compressed copies beside
// them, so that no node spends time on compressing.
import { readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { brotliCompress, constants, gzip } from 'node:zlib'
import react from '@vitejs/plugin-react'
import { build, type Plugin } from 'vite'
import { projectRoot } from './tree.js'

const root = join(projectRoot, 'console')
const outDir = join(projectRoot, 'dist/console')
const COMPRESSED = /\.(?:js|css|svg|html|json)$/

function compressed(): Plugin {
  return {
    name: 'compressed-copies',
    apply: 'build',
    async closeBundle() {
      const names = await readdir(outDir, { recursive: true })
      await Promise.all(names.filter((name) => COMPRESSED.test(name)).map(compress))
    },
  }
}

/** Eight fonts inside of a style sheet are 200 kB of a first load; the system's do as well. */
function withoutEmbeddedFonts(): Plugin {
  return {
    name: 'without-embedded-fonts',
    enforce: 'pre',
    transform(code, id) {
      if (!/global-styles\/index\.css$/.test(id)) return undefined
      return code.replace(/@font-face\s*\{[^}]*\}/g, '')
    },
  }
}

async function compress(name: string): Promise<void> {
  const path = join(outDir, name)
  const bytes = await readFile(path)
  const [br, gz] = await Promise.all([
    promisify(brotliCompress)(bytes, { params: { [constants.BROTLI_PARAM_QUALITY]: 9 } }),
    promisify(gzip)(bytes, { level: 9 }),
  ])
  await Promise.all([writeFile(`${path}.br`, br), writeFile(`${path}.gz`, gz)])
}

await build({
  configFile: false,
  logLevel: 'warn',
  root,
  // Relative, since a proxy may serve the console below a path of its own.
  base: './',
  plugins: [withoutEmbeddedFonts(), react(), compressed()],
  resolve: {
    alias: { '#domain': join(root, '../src/domain'), '#base': join(root, '../src/base') },
  },
  build: {
    outDir,
    emptyOutDir: true,
    assetsInlineLimit: 0,
    // Cloudscape's common parts are one file; what the first load may weigh is tested.
    chunkSizeWarningLimit: 1200,
    modulePreload: { polyfill: false },
    reportCompressedSize: false,
  },
})
