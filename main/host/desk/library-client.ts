import { Worker } from 'node:worker_threads'
import { assert } from '../../../shared/base/assert.ts'
import { codeOf } from '../system-reason.ts'
import type { CallAnswer, CallName, LibraryCalls } from './library-calls.ts'

interface Waiting {
  resolve: (output: never) => void
  reject: (error: Error) => void
}

/** The library's thread, started when it is first needed and again after it failed. Calls are served one by one. */
export class LibraryClient {
  readonly #entry: URL
  readonly #waiting = new Map<number, Waiting>()
  #worker: Worker | null = null
  #gone: Promise<void> = Promise.resolve()
  #nextId = 1
  #isClosed = false

  constructor(entry: URL) {
    this.#entry = entry
  }

  /** Rejects with a sentence. `transfer`: buffers that change hands. */
  call<Name extends CallName>(
    name: Name,
    input: LibraryCalls[Name]['input'],
    transfer: readonly ArrayBuffer[] = [],
  ): Promise<LibraryCalls[Name]['output']> {
    assert(!this.#isClosed, 'the library was closed')
    const id = this.#nextId++
    const worker = (this.#worker ??= this.#start())
    return new Promise((resolve, reject) => {
      this.#waiting.set(id, { resolve, reject })
      worker.postMessage({ id, name, input }, [...transfer])
    })
  }

  /** Settles when all that was asked for is done and the thread is gone. */
  async close(): Promise<void> {
    this.#isClosed = true
    this.#worker?.postMessage(null)
    await this.#gone
  }

  #start(): Worker {
    const worker = new Worker(this.#entry, { name: 'library' })
    let reason = 'The thread of the library ended unasked.'
    worker.on('message', (answer: CallAnswer) => {
      const waiting = this.#waiting.get(answer.id)
      this.#waiting.delete(answer.id)
      if ('error' in answer) waiting?.reject(new Error(answer.error))
      else waiting?.resolve(answer.output as never)
    })
    worker.on('error', (error) => {
      const isMemory = codeOf(error) === 'ERR_WORKER_OUT_OF_MEMORY'
      reason = isMemory
        ? 'This run is too large for the memory there is.'
        : `The library failed: ${error.message}.`
    })
    this.#gone = new Promise((resolve) => {
      worker.once('exit', () => {
        this.#worker = null
        const lost = [...this.#waiting.values()]
        this.#waiting.clear()
        for (const { reject } of lost) reject(new Error(reason))
        resolve()
      })
    })
    return worker
  }
}
