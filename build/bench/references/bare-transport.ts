import { setTimeout as sleep } from 'node:timers/promises'
import { MessageChannel, Worker } from 'node:worker_threads'
import type { MessagePort } from 'node:worker_threads'
import { Control, controlMemory, sharedClockNs } from '../../../main/threads/control.ts'
import { ringMemory } from '../../../main/threads/rings.ts'
import type { BenchCount, BenchThreadData } from './bench-thread.ts'
import type { LinkSpec } from './links.ts'
import { CAST_SIZE } from './toy-parties.ts'
import type { Cast } from './toy-parties.ts'

export interface BareRun {
  cast: Cast
  /** Proposals under way; for `commit` only. */
  window?: number
  link: LinkSpec
  measureMs: number
}

/** What a cast finishes per second over a link, after a warm-up of half the time. */
export async function bareRate(
  threadUrl: URL,
  { cast, window = 1, link, measureMs }: BareRun,
): Promise<number> {
  const threads = CAST_SIZE[cast]
  const memory = controlMemory(threads)
  const control = new Control(memory)
  const rings = ringMemory(threads)
  const mesh = portMesh(threads)
  const workers = mesh.map((ports, thread) => {
    const workerData: BenchThreadData = {
      cast,
      window,
      link,
      warmupNs: measureMs * 0.5e6,
      measureNs: measureMs * 1e6,
      thread,
      threads,
      rings,
      control: memory,
      ports,
    }
    return new Worker(threadUrl, { workerData, transferList: ports.filter((port) => port !== null) })
  })
  try {
    const result = Promise.race(
      workers.map(
        (worker) =>
          new Promise<BenchCount>((resolve, reject) => {
            worker.once('message', resolve)
            worker.once('error', reject)
          }),
      ),
    )
    // A failure before the wait for it begins is not unhandled.
    result.catch(() => undefined)
    while (control.readyCount < threads) await Promise.race([sleep(1), result])
    control.go(sharedClockNs())
    const { count, ns } = await result
    return count / (ns / 1e9)
  } finally {
    control.stop()
    await Promise.all(workers.map((worker) => worker.terminate()))
  }
}

/** [thread][other]: its end of their channel; null for itself. */
function portMesh(threads: number): (MessagePort | null)[][] {
  const mesh = Array.from({ length: threads }, () => new Array<MessagePort | null>(threads).fill(null))
  for (let a = 0; a < threads; a++) {
    for (let b = a + 1; b < threads; b++) {
      const { port1, port2 } = new MessageChannel()
      mesh[a][b] = port1
      mesh[b][a] = port2
    }
  }
  return mesh
}

/** An ES module that says that it is there, and then sleeps until it is told to go. */
const EMPTY = `import { workerData } from 'node:worker_threads'
const words = new Int32Array(workerData)
Atomics.add(words, 0, 1)
Atomics.wait(words, 1, 0)`
const EMPTY_URL = new URL(`data:text/javascript,${encodeURIComponent(EMPTY)}`)

/** From the first `new Worker` of an empty module until all of them have run it. */
export async function bareStartMs(threads: number): Promise<number> {
  const words = new Int32Array(new SharedArrayBuffer(8))
  const beganNs = sharedClockNs()
  const workers = Array.from({ length: threads }, () => new Worker(EMPTY_URL, { workerData: words.buffer }))
  const exits = workers.map((worker) => new Promise((resolve) => worker.once('exit', resolve)))
  while (Atomics.load(words, 0) < threads) await sleep(1)
  const ms = (sharedClockNs() - beganNs) / 1e6
  Atomics.store(words, 1, 1)
  Atomics.notify(words, 1)
  await Promise.all(exits)
  return ms
}
