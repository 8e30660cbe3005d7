import { readFile, readdir } from 'node:fs/promises'
import path from 'node:path'

const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.ico': 'image/x-icon',
  '.woff2': 'font/woff2',
  '.json': 'application/json; charset=utf-8',
  '.wasm': 'application/wasm',
}

export interface StaticFile {
  bytes: Buffer
  type: string
  /** Its name changes with its content, so it can be kept for ever. */
  isImmutable: boolean
}

/**
 * The files of the built window. They are listed once, and only what is on the list can be asked for: no request is
 * ever turned into a path, so none can lead out of the folder.
 */
export class StaticFiles {
  readonly #folder: string
  readonly #files: ReadonlyMap<string, string>

  private constructor(folder: string, files: ReadonlyMap<string, string>) {
    this.#folder = folder
    this.#files = files
  }

  /** Rejects where the folder has no page in it. */
  static async list(folder: string): Promise<StaticFiles> {
    const files = new Map<string, string>()
    const found = await readdir(folder, { withFileTypes: true, recursive: true }).catch(() => [])
    for (const entry of found) {
      if (!entry.isFile() || TYPES[path.extname(entry.name)] === undefined) continue
      const relative = path.relative(folder, path.join(entry.parentPath, entry.name))
      files.set(`/${relative.split(path.sep).join('/')}`, relative)
    }
    const page = files.get('/index.html')
    if (page === undefined)
      throw new Error(`The window's files are not in ${folder}. Build them: npm run build.`)
    files.set('/', page)
    return new StaticFiles(folder, files)
  }

  /** `pathname` as it stands in the request, not decoded: names of built files need no escapes. */
  async read(pathname: string): Promise<StaticFile | null> {
    const relative = this.#files.get(pathname)
    if (relative === undefined) return null
    const bytes = await readFile(path.join(this.#folder, relative)).catch(() => null)
    if (bytes === null) return null
    return {
      bytes,
      type: TYPES[path.extname(relative)],
      isImmutable: pathname.startsWith('/assets/') && /-[\w-]{8,}\.\w+$/.test(pathname),
    }
  }
}
