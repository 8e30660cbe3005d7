import { request as httpRequest, type IncomingHttpHeaders } from 'node:http'
import { connect } from 'node:net'
import { existsSync } from 'node:fs'
import { mkdir } from 'node:fs/promises'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { WebSocket } from 'ws'
import type { RunStatistics } from '../../shared/report/statistics.ts'
import { DeskBench } from '../testing/desk.ts'
import { topologyFile } from '../testing/program.ts'
import { startServer, type LabServer } from './server.ts'

let bench: DeskBench
let server: LabServer
let token: string
let cookie: string
let origin: string

beforeAll(async () => {
  bench = await DeskBench.open({ emit: (event, payload) => server.emit(event, payload) })
  await mkdir(bench.scratch.path('window/assets'), { recursive: true })
  await bench.scratch.write('window/index.html', '<!doctype html><title>Replica Lab</title>')
  await bench.scratch.write('window/assets/index-CMjI4MND.js', 'export {}')
  await bench.scratch.write('window/notes.secret', 'not a file of the window')
  await bench.scratch.write('outside.js', 'secret')
  server = await startServer({ desk: bench.desk, port: 0, rendererFolder: bench.scratch.path('window') })
  origin = `http://127.0.0.1:${server.port}`
  token = new URL(server.url).searchParams.get('token') ?? ''
  const welcome = await get(`/?token=${token}`, {})
  cookie = String(welcome.headers['set-cookie']?.[0]).split(';')[0]
})
afterAll(async () => {
  await server.close()
  await bench.dispose()
})

interface Answer {
  status: number
  headers: IncomingHttpHeaders
  text: string
}

/** The path goes out as it is: `fetch` would tidy it up. */
function get(path: string, headers: Record<string, string> = { cookie }, method = 'GET'): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const asked = httpRequest({ host: '127.0.0.1', port: server.port, path, method, headers }, (response) => {
      let text = ''
      response.setEncoding('utf8').on('data', (chunk: string) => (text += chunk))
      response.on('end', () => resolve({ status: response.statusCode ?? 0, headers: response.headers, text }))
    })
    asked.on('error', reject)
    asked.end()
  })
}

describe('who gets in', () => {
  test('the token is exchanged for a cookie that scripts and other sites never see', async () => {
    const answer = await get(`/?token=${token}`, {})
    expect(answer.status).toBe(303)
    expect(answer.headers.location).toBe('/')
    const [flags] = answer.headers['set-cookie'] ?? []
    expect(flags).toMatch(
      new RegExp(`^replica-lab-${server.port}=[\\w-]{43}; Path=/; HttpOnly; SameSite=Strict$`),
    )
    expect(flags).not.toContain(token)
    expect(token).toMatch(/^[\w-]{43}$/)
    expect((await get('/')).text).toContain('<title>Replica Lab</title>')
  })

  test.each([
    ['no cookie', '/', {}],
    ['a wrong cookie', '/', { cookie: 'replica-lab-1=x' }],
    ["another port's cookie", '/', { cookie: 'replica-lab-1=SESSION' }],
    ['a wrong token', '/?token=x', {}],
    ['an empty token', '/?token=', {}],
    ['the token elsewhere', '/assets/index-CMjI4MND.js?token=TOKEN', {}],
    ['a wrong token with the cookie', '/?token=x', { cookie: 'COOKIE' }],
  ])('%s does not', async (_, path, headers) => {
    const own = Object.fromEntries(
      Object.entries(headers).map(([name, value]) => [
        name,
        value.replace('COOKIE', cookie).replace('SESSION', cookie.split('=')[1]),
      ]),
    )
    const answer = await get(path.replace('TOKEN', token), own)
    expect(answer.status).toBe(403)
    expect(answer.text).not.toContain('<title>')
    expect(answer.headers).not.toHaveProperty('set-cookie')
  })

  test.each([
    ['evil.example', 421],
    ['127.0.0.1', 421],
    ['127.0.0.1:1', 421],
    ['localhost.evil.example:PORT', 421],
    ['[::1]:PORT', 421],
    ['localhost:PORT', 200],
    ['127.0.0.1:PORT', 200],
  ])('by the name %s: %d', async (host, status) => {
    const answer = await get('/', { cookie, host: host.replace('PORT', String(server.port)) })
    expect(answer.status).toBe(status)
  })

  test.each([
    ['http://evil.example', 403],
    ['null', 403],
    ['https://127.0.0.1:PORT', 403],
    ['http://127.0.0.1:1', 403],
    ['http://127.0.0.1:PORT', 200],
  ])('a page of %s: %d', async (from, status) => {
    const answer = await get('/', { cookie, origin: from.replace('PORT', String(server.port)) })
    expect(answer.status).toBe(status)
  })

  test.each(['POST', 'PUT', 'DELETE', 'OPTIONS', 'TRACE'])('%s is not answered', async (method) => {
    const answer = await get('/', { cookie }, method)
    expect(answer.status).toBe(405)
    expect(answer.headers).not.toHaveProperty('access-control-allow-origin')
  })

  test('it listens on this machine alone', async () => {
    const reached = await new Promise<string>((resolve) => {
      const socket = connect(server.port, '127.0.0.2')
      socket.on('connect', () => resolve('reached'))
      socket.on('error', () => resolve('refused'))
    })
    expect(reached).toBe('refused')
  })
})

describe('what it serves', () => {
  const STRICT = {
    'content-security-policy':
      "default-src 'none'; script-src 'self'; style-src 'self'; style-src-attr 'unsafe-inline'; img-src 'self' data:; " +
      "font-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
    'x-content-type-options': 'nosniff',
    'referrer-policy': 'no-referrer',
    'cross-origin-opener-policy': 'same-origin',
    'cross-origin-resource-policy': 'same-origin',
    'permissions-policy': expect.stringContaining('camera=()') as string,
  }

  test.each(['/', '/?token=x', '/nothing', '/download/x/y', '/assets/index-CMjI4MND.js'])(
    'every answer carries the strict headers: %s',
    async (path) => {
      expect((await get(path)).headers).toMatchObject(STRICT)
      expect((await get(path, {})).headers).toMatchObject({ ...STRICT, 'cache-control': 'no-store' })
      expect((await get(path, { cookie, host: 'evil.example' })).headers).toMatchObject(STRICT)
    },
  )

  test('files whose name says their content are kept by the browser, the page never', async () => {
    const asset = await get('/assets/index-CMjI4MND.js')
    expect(asset.headers).toMatchObject({
      'content-type': 'text/javascript; charset=utf-8',
      'cache-control': 'private, max-age=31536000, immutable',
    })
    expect((await get('/')).headers['cache-control']).toBe('no-store')
  })

  test.each([
    '/../outside.js',
    '/assets/../../outside.js',
    '/%2e%2e/outside.js',
    '/..%2foutside.js',
    '/assets/..%5c..%5coutside.js',
    '//etc/passwd',
    '/assets/',
    '/index.html/',
    '/notes.secret',
    '/index.html%00.js',
    '/__proto__',
    '/download/../data/preferences.json',
    '/download/..%2fpreferences.json/x',
  ])('%s is nothing', async (path) => {
    const answer = await get(path)
    expect(answer.status).toBe(404)
    expect(answer.text).not.toContain('secret')
  })

  test('an export is downloaded once, under its name, and leaves nothing behind', async () => {
    const status = await bench.ask['runs.start']({
      text: topologyFile(),
      runtime: 'simulated',
      seed: null,
      durationMs: null,
      realDisk: false,
    })
    expect(status).toHaveProperty('runId')
    let id: string | undefined
    while (id === undefined) {
      await new Promise((resolve) => setTimeout(resolve, 20))
      id = (await bench.ask['library.list'](null)).at(0)?.id
    }
    await bench.ask['library.rename']({ id, name: 'Größe "x"; y' })
    const answer = await bench.ask['exports.save']({ id, format: 'csv' })
    if (answer.outcome !== 'download') throw new Error(answer.outcome)
    expect((await get(answer.url, {})).status).toBe(403)
    const file = await get(answer.url)
    expect(file.status).toBe(200)
    expect(file.headers['content-type']).toBe('text/csv; charset=utf-8')
    expect(file.headers['content-disposition']).toBe(
      `attachment; filename="Gr__e x _ y.csv"; filename*=UTF-8''Gr%C3%B6%C3%9Fe%20x%20%3B%20y.csv`,
    )
    expect(file.text.length).toBeGreaterThan(1000)
    expect((await get(answer.url)).status).toBe(404)
    const left = bench.scratch.path(`data/downloads/${answer.url.split('/')[2]}`)
    await expect.poll(() => existsSync(left)).toBe(false)
  })
})

describe('the socket', () => {
  const sockets: WebSocket[] = []
  afterEach(async () => {
    for (const socket of sockets.splice(0)) {
      if (socket.readyState === socket.CLOSED) continue
      const isClosed = closed(socket)
      socket.terminate()
      await isClosed
    }
  })

  function dial(headers: Record<string, string> = { cookie, origin }, path = '/socket'): WebSocket {
    const socket = new WebSocket(`ws://127.0.0.1:${server.port}${path}`, { headers })
    sockets.push(socket)
    return socket
  }

  const opened = (socket: WebSocket): Promise<'open' | 'refused'> =>
    new Promise((resolve) => {
      socket.on('open', () => resolve('open'))
      socket.on('error', () => resolve('refused'))
    })

  const next = (socket: WebSocket): Promise<Record<string, unknown>> =>
    new Promise((resolve) => {
      socket.once('message', (data: Buffer) =>
        resolve(JSON.parse(data.toString()) as Record<string, unknown>),
      )
    })

  const closed = (socket: WebSocket): Promise<number> =>
    new Promise((resolve) => {
      socket.on('close', resolve)
      socket.on('error', () => undefined)
    })

  test.each([
    ['our page', {}, '/socket', 'open'],
    ['no cookie', { cookie: '' }, '/socket', 'refused'],
    ['another site', { origin: 'http://evil.example' }, '/socket', 'refused'],
    ['no origin', { origin: '' }, '/socket', 'refused'],
    ['another host', { host: 'evil.example' }, '/socket', 'refused'],
    ['another path', {}, '/', 'refused'],
    ['the token instead of a cookie', { cookie: '' }, '/socket?token=TOKEN', 'refused'],
  ])('%s: %s %s %s', async (_, changes, path, outcome) => {
    const all: Record<string, string> = { cookie, origin, ...changes }
    const headers = Object.fromEntries(Object.entries(all).filter(([, value]) => value !== ''))
    const socket = dial(headers, path.replace('TOKEN', token))
    expect(await opened(socket)).toBe(outcome)
    socket.terminate()
  })

  test('answers by number, says what is wrong with an input, and passes events on', async () => {
    const socket = dial()
    await opened(socket)
    socket.send(JSON.stringify({ id: 7, channel: 'preferences.get', input: null }))
    expect(await next(socket)).toMatchObject({ id: 7, output: { theme: 'system' } })
    socket.send(JSON.stringify({ id: 8, channel: 'preferences.set', input: { theme: 'puce' } }))
    expect(await next(socket)).toMatchObject({ id: 8, error: expect.stringContaining('theme') as string })
    socket.send(JSON.stringify({ id: 9, channel: 'library.report', input: { id: '../..' } }))
    expect(await next(socket)).toMatchObject({ id: 9, error: 'This run is not in the library any more.' })
    for (const channel of ['constructor', '__proto__', 'toString', 'no.such']) {
      socket.send(JSON.stringify({ id: 10, channel, input: null }))
      expect(await next(socket)).toMatchObject({
        id: 10,
        error: expect.stringContaining('no channel') as string,
      })
    }
    const event = next(socket)
    server.emit('library.changed', null)
    expect(await event).toEqual({ event: 'library.changed', payload: null })
    socket.close()
  })

  test.each([
    ['no JSON', '{'],
    ['no object', '[]'],
    ['no number', '{"channel":"app.about"}'],
    ['a number that is none', '{"id":"1","channel":"app.about"}'],
    ['no channel', '{"id":1}'],
    ['bytes', Buffer.from([1, 2, 3])],
  ])('%s ends the connection', async (_, message) => {
    const socket = dial()
    await opened(socket)
    const code = closed(socket)
    socket.send(message)
    expect([1003, 1008]).toContain(await code)
  })

  test('a flood ends the connection, and the server lives', async () => {
    const socket = dial()
    await opened(socket)
    const code = closed(socket)
    for (let id = 0; id < 5_000; id++)
      socket.send(JSON.stringify({ id, channel: 'preferences.get', input: null }))
    expect(await code).toBe(1008)
    expect((await get('/')).status).toBe(200)
  })

  test('a window that is slow misses pictures of the moment, and nothing else', async () => {
    const socket = dial()
    await opened(socket)
    const received: string[] = []
    const last = new Promise<void>((resolve) => {
      socket.on('message', (data: Buffer) => {
        const { event } = JSON.parse(data.toString()) as { event: string }
        received.push(event)
        if (event === 'app.closing') resolve()
      })
    })
    socket.pause()
    const statistics = { nowMs: 0, filler: 'x'.repeat(200_000) } as unknown as RunStatistics
    for (let at = 0; at < 200; at++) {
      server.emit('run.statistics', { runId: 'run-1', statistics })
      if (at % 20 === 0) server.emit('library.changed', null)
    }
    server.emit('app.closing', null)
    socket.resume()
    await last
    expect(received.filter((event) => event === 'library.changed')).toHaveLength(10)
    expect(received.filter((event) => event === 'run.statistics').length).toBeLessThan(150)
    socket.close()
  })

  test('sixteen windows at most', async () => {
    const all = Array.from({ length: 20 }, () => dial())
    const outcomes = await Promise.all(all.map(opened))
    expect(outcomes.filter((outcome) => outcome === 'open')).toHaveLength(16)
    all.forEach((socket) => socket.terminate())
  })
})
