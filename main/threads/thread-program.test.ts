import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { pathToFileURL } from 'node:url'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { ThreadProgram } from './thread-program.ts'

let folder: string
beforeEach(() => (folder = mkdtempSync(path.join(tmpdir(), 'thread-program-'))))
afterEach(() => rmSync(folder, { recursive: true }))

/** A program that says one thing. */
const program = (answer: string) => `
const { parentPort, workerData } = require('node:worker_threads')
function answer() { return ${answer} }
parentPort.postMessage({ type: 'answer', answer: answer() })
exports.x = 1
`

function written(source: string): URL {
  const file = path.join(folder, 'program.cjs')
  writeFileSync(file, source)
  return pathToFileURL(file)
}

/** What a thread of the program answers, once it has ended. */
function answerOf(of: ThreadProgram, data: object = {}): Promise<unknown> {
  return new Promise((resolve, reject) => {
    let answer: unknown
    const worker = of.worker(data, {})
    worker.on('message', (message: { type: string; answer: unknown }) => {
      if (message.type === 'answer') answer = message.answer
    })
    worker.on('error', reject)
    worker.on('exit', () => resolve(answer))
  })
}

test('the first thread hands in compiled code, and later ones run from it', async () => {
  const of = new ThreadProgram(written(program('workerData.n * 2')))
  expect(of.store).toBeNull()
  expect(await answerOf(of, { n: 21 })).toBe(42)
  expect(of.store).not.toBeNull()
  expect(await answerOf(of, { n: 4 })).toBe(8)
})

test('stored code is taken by the next process, and not made again', async () => {
  const url = written(program("'stored'"))
  const first = new ThreadProgram(url)
  await answerOf(first)
  writeFileSync(ThreadProgram.storeOf(url), first.store ?? '')
  const second = new ThreadProgram(url)
  const before = second.store
  expect(before).not.toBeNull()
  expect(await answerOf(second)).toBe('stored')
  expect(second.store).toEqual(before)
})

test('code of another text is not run, though it has the same length', async () => {
  const url = written(program("'one'"))
  const first = new ThreadProgram(url)
  await answerOf(first)
  writeFileSync(ThreadProgram.storeOf(url), first.store ?? '')
  written(program("'two'"))
  expect(await answerOf(new ThreadProgram(url))).toBe('two')
})

test('code that V8 does not take is made anew by the first thread', async () => {
  const url = written(program("'anew'"))
  const first = new ThreadProgram(url)
  await answerOf(first)
  const store = first.store ?? Buffer.alloc(0)
  // The first words of cached code say which V8 made it.
  store.fill(0xff, 64, 80)
  writeFileSync(ThreadProgram.storeOf(url), store)
  const second = new ThreadProgram(url)
  expect(await answerOf(second)).toBe('anew')
  expect(second.store?.equals(store)).toBe(false)
  expect(await answerOf(second)).toBe('anew')
})

test('errors name the file and the line of the program', async () => {
  const error = await answerOf(new ThreadProgram(written(program('workerData.missing.field')))).catch(
    (reason: unknown) => reason as Error,
  )
  expect(error).toHaveProperty('stack', expect.stringContaining(`${path.join(folder, 'program.cjs')}:3`))
})
