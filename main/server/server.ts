import { createReadStream } from 'node:fs'
import { rm, stat } from 'node:fs/promises'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Duplex } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { WebSocketServer } from 'ws'
import type { Desk, Emit } from '../host/desk/types.ts'
import { Gate, HEADERS } from './security.ts'
import { DeskSocket } from './socket.ts'
import { StaticFiles } from './static-files.ts'

const HOST = '127.0.0.1'
/** A window or two, and what a reload leaves behind for a moment. */
const SOCKETS_MAX = 16
/** The largest request is a history that somebody drops on the window. */
const FRAME_BYTES_MAX = 384 * 2 ** 20
const PING_EVERY_MS = 20_000
const HEADER_BYTES_MAX = 16 * 1024

export interface ServerOptions {
  desk: Desk
  /** 0 takes any that is free. */
  port: number
  /** The built window. */
  rendererFolder: string
  /** Made up unless given: what the first request must bring. */
  token?: string
}

export interface LabServer {
  /** With the token: whoever opens it first gets in. */
  readonly url: string
  readonly port: number
  /** Tells every window. */
  readonly emit: Emit
  close(): Promise<void>
}

/** Serves the window and its socket to this machine alone. Rejects with the system's error where the port is taken. */
export async function startServer(options: ServerOptions): Promise<LabServer> {
  const files = await StaticFiles.list(options.rendererFolder)
  const server = createServer({ maxHeaderSize: HEADER_BYTES_MAX, requestTimeout: 30_000 })
  await listen(server, options.port)
  const { port } = server.address() as AddressInfo
  return new LoopbackServer(server, port, files, options)
}

function listen(server: Server, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, HOST, () => {
      server.off('error', reject)
      resolve()
    })
  })
}

class LoopbackServer implements LabServer {
  readonly port: number
  readonly #server: Server
  readonly #files: StaticFiles
  readonly #desk: Desk
  readonly #gate: Gate
  readonly #sockets = new Set<DeskSocket>()
  readonly #upgrades: WebSocketServer
  readonly #pinger: NodeJS.Timeout

  constructor(server: Server, port: number, files: StaticFiles, { desk, token }: ServerOptions) {
    this.#server = server
    this.port = port
    this.#files = files
    this.#desk = desk
    this.#gate = new Gate(port, token)
    this.#upgrades = new WebSocketServer({
      noServer: true,
      maxPayload: FRAME_BYTES_MAX,
      perMessageDeflate: false,
      clientTracking: false,
    })
    server.on('request', (request, response) => void this.#serve(request, response))
    server.on('upgrade', (request, socket, head) => this.#upgrade(request, socket, head))
    server.on('clientError', (_error, socket) => socket.destroy())
    this.#pinger = setInterval(() => this.#ping(), PING_EVERY_MS)
    this.#pinger.unref()
  }

  get url(): string {
    return `http://${HOST}:${this.port}/?token=${this.#gate.token}`
  }

  readonly emit: Emit = (event, payload) => {
    if (this.#sockets.size === 0) return
    const text = JSON.stringify({ event, payload })
    for (const socket of this.#sockets) socket.tell(event, text)
  }

  async close(): Promise<void> {
    clearInterval(this.#pinger)
    for (const socket of this.#sockets) socket.close()
    const closed = new Promise<void>((resolve) => this.#server.close(() => resolve()))
    this.#server.closeIdleConnections()
    const patience = setTimeout(() => {
      for (const socket of this.#sockets) socket.terminate()
      this.#server.closeAllConnections()
    }, 500)
    await closed
    clearTimeout(patience)
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    for (const [name, value] of Object.entries(HEADERS)) response.setHeader(name, value)
    // Nothing here takes a body.
    request.resume()
    try {
      await this.#route(request, response)
    } catch {
      if (response.headersSent) response.destroy()
      else refuse(response, 500, 'The lab could not answer.')
    }
  }

  async #route(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const gate = this.#gate
    if (!gate.isOurHost(request)) return refuse(response, 421, 'This is not the host you are looking for.')
    if (!gate.isOurOrigin(request)) return refuse(response, 403, 'Another site may not ask here.')
    if (request.method !== 'GET' && request.method !== 'HEAD') {
      response.setHeader('allow', 'GET, HEAD')
      return refuse(response, 405, 'Only GET is answered here.')
    }
    const [pathname, query = ''] = (request.url ?? '/').split('?', 2)
    const token = pathname === '/' ? new URLSearchParams(query).get('token') : null
    if (token !== null) {
      if (!gate.isToken(token)) return refuse(response, 403, WRONG_TOKEN)
      // The address without the token is what stays in the history of the browser.
      response.writeHead(303, { 'set-cookie': gate.cookie, location: '/' })
      response.end()
      return
    }
    if (!gate.hasSession(request)) return refuse(response, 403, NO_TOKEN)
    if (pathname.startsWith('/download/')) return this.#download(pathname, response)
    const file = await this.#files.read(pathname)
    if (file === null) return refuse(response, 404, 'There is nothing of this name.')
    const cache = file.isImmutable ? { 'cache-control': 'private, max-age=31536000, immutable' } : {}
    response.writeHead(200, { 'content-type': file.type, 'content-length': file.bytes.length, ...cache })
    response.end(request.method === 'HEAD' ? undefined : file.bytes)
  }

  async #download(pathname: string, response: ServerResponse): Promise<void> {
    const download = this.#desk.takeDownload(pathname.split('/')[2] ?? '')
    if (download === null) return refuse(response, 404, 'This file was fetched already. Export it again.')
    try {
      const { size } = await stat(download.path)
      response.writeHead(200, {
        'content-type': download.type,
        'content-length': size,
        'content-disposition': dispositionOf(download.name),
      })
      await pipeline(createReadStream(download.path), response)
    } finally {
      await rm(download.path, { force: true })
    }
  }

  #upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    const gate = this.#gate
    const isWelcome =
      request.url === '/socket' &&
      gate.isOurHost(request) &&
      gate.statesOurOrigin(request) &&
      gate.hasSession(request) &&
      this.#sockets.size < SOCKETS_MAX
    if (!isWelcome) {
      socket.end('HTTP/1.1 403 Forbidden\r\nConnection: close\r\nContent-Length: 0\r\n\r\n')
      return
    }
    this.#upgrades.handleUpgrade(request, socket, head, (webSocket) => {
      const connection = new DeskSocket(webSocket, this.#desk)
      this.#sockets.add(connection)
      webSocket.on('close', () => this.#sockets.delete(connection))
    })
  }

  #ping(): void {
    for (const socket of this.#sockets) {
      if (socket.isAlive) socket.ping()
      else socket.terminate()
    }
  }
}

const NO_TOKEN = 'Open the address that `replica-lab serve` printed: it carries the token that lets you in.'
const WRONG_TOKEN = 'This address belongs to an earlier start of the lab. Open the one that it printed last.'

function refuse(response: ServerResponse, status: number, sentence: string): void {
  response.writeHead(status, { 'content-type': 'text/plain; charset=utf-8' })
  response.end(`${sentence}\n`)
}

/** RFC 6266: a name for old browsers and the whole one for all others. */
function dispositionOf(name: string): string {
  const plain = name.replace(/[^\w. -]/g, '_')
  const encoded = encodeURIComponent(name).replace(
    /['()*]/g,
    (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`,
  )
  return `attachment; filename="${plain}"; filename*=UTF-8''${encoded}`
}
