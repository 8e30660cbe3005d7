import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { Worker } from 'node:worker_threads'
import type { WorkerOptions } from 'node:worker_threads'

/**
 * A program that many threads run, compiled once: the first thread that ran it hands in what V8 compiled
 * (`vm.Script.createCachedData`), and all later ones start from that. Loading and compiling is most of what a thread
 * costs at its start, and a run of a hundred replicas pays it a hundred times.
 */
export class ThreadProgram {
  readonly #filename: string
  readonly #source: SharedArrayBuffer
  readonly #digest: string
  #code: SharedArrayBuffer | null = null
  #hasStarted = false

  /** Of a CommonJS bundle that needs no other file than Node's own modules; throws where there is none. */
  constructor(url: URL) {
    this.#filename = fileURLToPath(url)
    const source = readFileSync(this.#filename)
    this.#digest = createHash('sha256').update(source).digest('hex')
    this.#source = shared(source)
    this.#code = this.#stored()
  }

  /** Where the build leaves compiled code for the Node that built it. */
  static storeOf(url: URL): URL {
    return new URL(`${url.href}.code`)
  }

  /** V8 looks at no more of the source than its length: code compiled from other text must not get so far. */
  #stored(): SharedArrayBuffer | null {
    try {
      const stored = readFileSync(`${this.#filename}.code`)
      const digest = stored.subarray(0, DIGEST_CHARS).toString('latin1')
      return digest === this.#digest ? shared(stored.subarray(DIGEST_CHARS)) : null
    } catch {
      // Not there, or not to be read: the first thread will make it.
      return null
    }
  }

  /** What to write where `storeOf` says; null before any thread has handed in code. */
  get store(): Buffer | null {
    return this.#code === null ? null : Buffer.concat([Buffer.from(this.#digest), new Uint8Array(this.#code)])
  }

  /** A thread that runs the program with `workerData`, which must be an object. */
  worker(workerData: object, options: Omit<WorkerOptions, 'workerData' | 'eval'>): Worker {
    const program: ProgramData = {
      filename: this.#filename,
      source: this.#source,
      code: this.#code,
      isFirst: !this.#hasStarted,
    }
    this.#hasStarted = true
    const worker = new Worker(BOOTSTRAP, { ...options, eval: true, workerData: { ...workerData, program } })
    worker.on('message', (message: { type: string; code: SharedArrayBuffer }) => {
      if (message.type === 'code') this.#code = message.code
    })
    return worker
  }
}

const DIGEST_CHARS = 64

interface ProgramData {
  filename: string
  source: SharedArrayBuffer
  code: SharedArrayBuffer | null
  isFirst: boolean
}

function shared(bytes: Uint8Array): SharedArrayBuffer {
  const buffer = new SharedArrayBuffer(bytes.length)
  new Uint8Array(buffer).set(bytes)
  return buffer
}

/** Runs in the thread. Plain JavaScript, since nothing has been loaded yet. */
const BOOTSTRAP = `'use strict'
const { parentPort, workerData } = require('node:worker_threads')
const { Script } = require('node:vm')
const { filename, source, code, isFirst } = workerData.program
const text = Buffer.from(source).toString()
const script = new Script('(function (exports, require, module) {' + text + '\\n})', {
  filename,
  cachedData: code === null ? undefined : new Uint8Array(code),
})
const module_ = { exports: {} }
script.runInThisContext()(module_.exports, require, module_)
// Rejected is code that another Node compiled.
if (isFirst && (code === null || script.cachedDataRejected)) {
  const compiled = script.createCachedData()
  const code = new SharedArrayBuffer(compiled.length)
  new Uint8Array(code).set(compiled)
  parentPort.postMessage({ type: 'code', code })
}
`

const programs = new Map<string, ThreadProgram>()

/** The program of a built entry; read once, so that a build during a run of the lab changes nothing. */
export function threadProgram(url: URL): ThreadProgram {
  const known = programs.get(url.href)
  if (known !== undefined) return known
  const program = new ThreadProgram(url)
  programs.set(url.href, program)
  return program
}
