import { readdir, readFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import type { AddressInfo } from 'node:net'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { Scratch, start, topologyFile, type Finished } from '../testing/program.ts'
import { TestWindow } from '../testing/window.ts'

let scratch: Scratch
const windows: TestWindow[] = []
beforeEach(async () => {
  scratch = await Scratch.make()
})
afterEach(async () => {
  for (const window of windows.splice(0)) window.close()
  await scratch.dispose()
})

interface Serving {
  url: string
  window: TestWindow
  kill: (signal: NodeJS.Signals) => boolean
  finished: Promise<Finished>
}

/** Starts the built program and opens a window on it. */
async function serve(...flags: string[]): Promise<Serving> {
  const folders = ['--dir', scratch.path('documents'), '--data', scratch.path('data')]
  const { child, finished } = start(['serve', '--no-open', ...folders, ...flags])
  const url = await new Promise<string>((resolve, reject) => {
    let text = ''
    child.stdout?.on('data', (chunk: string) => {
      text += chunk
      const found = /http:\S+/.exec(text)
      if (found !== null) resolve(found[0])
    })
    void finished.then(({ stderr }) => reject(new Error(stderr)))
  })
  const window = await TestWindow.open(url)
  windows.push(window)
  return { url, window, kill: (signal) => child.kill(signal), finished }
}

const SAVE = { id: null, name: 'Mine', stamp: null, force: true }

test('Ctrl-C ends it cleanly: a run under way is kept, and no second signal is needed', async () => {
  const { window, kill, finished } = await serve()
  const about = await window.request('app.about', null)
  expect(about.folder).toBe(scratch.path('documents'))
  const text = topologyFile({ run: { durationMs: 3_600_000 } })
  const isRunning = window.next('run.status', ({ state }) => state === 'running')
  await window.request('runs.start', {
    text,
    runtime: 'simulated',
    seed: null,
    durationMs: null,
    realDisk: false,
  })
  await isRunning
  const stopped = window.next('run.status', ({ state }) => state === 'stopped')
  kill('SIGINT')
  expect((await stopped).entryId).not.toBe(null)
  const { code, stdout, stderr } = await finished
  expect(code).toBe(0)
  expect(stdout).toMatch(/^Replica Lab: http:\/\/127\.0\.0\.1:\d+\/\?token=[\w-]{43}\n$/)
  expect(stderr).not.toContain('    at ')
  expect(await readdir(scratch.path('data/library'))).toHaveLength(1)
})

test('a reloaded window finds the run that another one began', async () => {
  const { url, window, kill, finished } = await serve()
  const text = topologyFile({ run: { durationMs: 3_600_000 } })
  const started = await window.request('runs.start', {
    text,
    runtime: 'simulated',
    seed: 9,
    durationMs: null,
    realDisk: false,
  })
  if (!('runId' in started)) throw new Error(JSON.stringify(started))
  window.close()
  const reloaded = await TestWindow.open(url)
  windows.push(reloaded)
  const [status] = await reloaded.request('runs.list', null)
  expect(status).toMatchObject({ runId: started.runId, seed: 9, text })
  const stopped = reloaded.next('run.status', ({ state }) => state === 'stopped')
  await reloaded.request('runs.stop', { runId: started.runId })
  await stopped
  kill('SIGTERM')
  expect((await finished).code).toBe(0)
})

test('a program that is killed while it saves leaves the old file or the new one, whole', async () => {
  const texts = [1, 2, 3].map((generation) => JSON.stringify({ generation, filler: 'x'.repeat(4_000_000) }))
  const draft = { id: 'a-draft-of-mine', name: 'Mine', fileId: null, stamp: null, savedAt: '' }
  for (let attempt = 0; attempt < 4; attempt++) {
    const { window, kill, finished } = await serve()
    const kept = await window.request('drafts.list', null)
    expect(kept).toHaveLength(attempt === 0 ? 0 : 1)
    await window.request('files.save', { ...SAVE, text: texts[0] })
    await window.request('drafts.put', { ...draft, text: texts[0] })
    const saving = [1, 2].flatMap((generation) => [
      window.request('files.save', { ...SAVE, text: texts[generation] }),
      window.request('drafts.put', { ...draft, text: texts[generation] }),
    ])
    const lost = Promise.allSettled(saving)
    await new Promise((resolve) => setTimeout(resolve, 8 * attempt))
    kill('SIGKILL')
    expect((await finished).signal).toBe('SIGKILL')
    await lost
    const found = await readFile(scratch.path('documents/Mine.topology.json'), 'utf8')
    expect(texts.findIndex((text) => text === found)).toBeGreaterThanOrEqual(0)
  }
})

test('a port that is taken, and flags that are none, are told in a sentence', async () => {
  const other = createServer()
  const port = await new Promise<number>((resolve) => {
    other.listen(0, '127.0.0.1', () => resolve((other.address() as AddressInfo).port))
  })
  const folders = ['--dir', scratch.path('d'), '--data', scratch.path('e')]
  const taken = await start(['serve', '--no-open', '--port', String(port), ...folders]).finished
  other.close()
  expect(taken).toMatchObject({ code: 64, stdout: '' })
  expect(taken.stderr).toContain(`Port ${port} is in use`)
  expect((await start(['serve', '--port', '70000']).finished).code).toBe(64)
  expect((await start(['serve', 'now']).finished).code).toBe(64)
})
