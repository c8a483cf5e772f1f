// The console's page and its assets, from the folder that a build has written. The folder is read
// once, at the first request, and kept; a request finds a file by its exact name among those, so no
// path ever reaches the file system. Assets have the hash of their content in their name and never
// change; the page names them and is never kept. Compressed copies (`.br`, `.gz`) are made by the
// build, so that serving compresses nothing.
import { readdir, readFile } from 'node:fs/promises'
import { extname, join } from 'node:path'
import { pageResponse } from '../login/page.js'
import { type HttpRequest, type HttpResponse, headerOf, type Route } from '../route.js'
import { chooseEncoding, type Encoding } from './encoding.js'
import { CONSOLE_HEADERS, consoleJson, PAGE_HEADERS } from './headers.js'

/** Other files of the folder are not served. */
const TYPES: Readonly<Record<string, string>> = {
  '.css': 'text/css; charset=utf-8',
  '.ico': 'image/x-icon',
  '.js': 'text/javascript; charset=utf-8',
  '.json': 'application/json',
  '.map': 'application/json',
  '.png': 'image/png',
  '.svg': 'image/svg+xml',
  '.txt': 'text/plain; charset=utf-8',
  '.woff2': 'font/woff2',
}
const SUFFIXES: Readonly<Record<Encoding, string>> = { br: '.br', gzip: '.gz' }

/** A file in each encoding that there is of it. */
interface File {
  readonly type: string
  readonly plain: Uint8Array
  readonly encoded: ReadonlyMap<Encoding, Uint8Array>
}

interface Site {
  readonly index: File
  readonly assets: ReadonlyMap<string, File>
}

/** The routes of the page and its assets. */
export function fileRoutes(folder: string): readonly Route[] {
  let reading: Promise<Site | undefined> | undefined
  async function site(): Promise<Site | undefined> {
    reading ??= readSite(folder)
    try {
      const found = await reading
      // A folder that is built later is found then.
      if (found === undefined) reading = undefined
      return found
    } catch (error) {
      reading = undefined
      throw error
    }
  }
  return [
    { method: 'GET', path: '/console', handle: toPage },
    {
      method: 'GET',
      path: '/console/',
      async handle(request) {
        const found = await site()
        return found === undefined ? notBuilt() : fileResponse(found.index, request, PAGE_HEADERS)
      },
    },
    {
      method: 'GET',
      path: '/console/assets/:file',
      async handle(request) {
        const file = (await site())?.assets.get(request.params['file'] ?? '')
        if (file === undefined) return consoleJson(404, { message: 'Not found' })
        const cached = { 'cache-control': 'public, max-age=31536000, immutable' }
        return fileResponse(file, request, { ...CONSOLE_HEADERS, ...cached })
      },
    },
  ]
}

function toPage(): HttpResponse {
  return { status: 308, headers: { ...CONSOLE_HEADERS, location: '/console/' }, body: '' }
}

function notBuilt(): HttpResponse {
  return pageResponse({
    status: 503,
    title: 'The console is not here',
    text: 'This installation was built without its pages. Everything else works as it should.',
  })
}

function fileResponse(
  { type, plain, encoded }: File,
  { headers: sent }: HttpRequest,
  headers: Readonly<Record<string, string>>,
): HttpResponse {
  const accepted = headerOf(sent, 'accept-encoding')
  const encoding = chooseEncoding(accepted, [...encoded.keys()])
  const body = encoding === undefined ? undefined : encoded.get(encoding)
  return {
    status: 200,
    headers: {
      ...headers,
      'content-type': type,
      ...(encoded.size > 0 && { vary: 'accept-encoding' }),
      ...(encoding !== undefined && { 'content-encoding': encoding }),
    },
    body: body ?? plain,
  }
}

async function readSite(folder: string): Promise<Site | undefined> {
  const page = await readFolder(folder, (name) => /^index\.html(?:\.br|\.gz)?$/.test(name))
  const index = page && fileOf(page, 'index.html', 'text/html; charset=utf-8')
  if (index === undefined) return undefined
  const files = (await readFolder(join(folder, 'assets'), () => true)) ?? new Map()
  const assets = new Map<string, File>()
  for (const name of files.keys()) {
    const type = TYPES[extname(name)]
    const file = type === undefined ? undefined : fileOf(files, name, type)
    if (file !== undefined) assets.set(name, file)
  }
  return { index, assets }
}

function fileOf(
  files: ReadonlyMap<string, Uint8Array>,
  name: string,
  type: string,
): File | undefined {
  const plain = files.get(name)
  if (plain === undefined) return undefined
  const encoded = new Map<Encoding, Uint8Array>()
  for (const encoding of ['br', 'gzip'] as const) {
    const bytes = files.get(name + SUFFIXES[encoding])
    if (bytes !== undefined) encoded.set(encoding, bytes)
  }
  return { type, plain, encoded }
}

/** The files that stand in the folder itself; undefined when there is no folder. */
async function readFolder(
  folder: string,
  isWanted: (name: string) => boolean,
): Promise<ReadonlyMap<string, Uint8Array> | undefined> {
  try {
    const entries = await readdir(folder, { withFileTypes: true })
    const names = entries.filter((entry) => entry.isFile()).map(({ name }) => name)
    const read = names
      .filter(isWanted)
      .map(async (name) => [name, await readFile(join(folder, name))] as const)
    return new Map(await Promise.all(read))
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw error
  }
}
