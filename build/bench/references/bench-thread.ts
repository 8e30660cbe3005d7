import { parentPort, workerData } from 'node:worker_threads'
import { Control, sharedClockNs } from '../../../main/threads/control.ts'
import { play } from './links.ts'
import type { LinkEnds, LinkSpec } from './links.ts'
import { partyOf } from './toy-parties.ts'
import type { Cast } from './toy-parties.ts'

export interface BenchThreadData extends LinkEnds {
  cast: Cast
  window: number
  link: LinkSpec
  warmupNs: number
  measureNs: number
}

export interface BenchCount {
  count: number
  ns: number
}

/** Counts for `measureNs` after `warmupNs`, both from the first thing counted, and then tells the main thread once. */
function stopwatch({ warmupNs, measureNs }: BenchThreadData, done: (result: BenchCount) => void): () => void {
  let count = 0
  let lookAt = 1
  let startNs = 0
  let measuredFrom: { count: number; ns: number } | null = null
  let isDone = false
  return () => {
    if (++count < lookAt || isDone) return
    const ns = sharedClockNs()
    if (startNs === 0) startNs = ns
    // Once in about a millisecond, or with every count where they come slower.
    const perMs = count / Math.max(1, (ns - startNs) / 1e6)
    lookAt = count + Math.max(1, Math.floor(perMs))
    if (measuredFrom === null) {
      if (ns - startNs >= warmupNs) measuredFrom = { count, ns }
    } else if (ns - measuredFrom.ns >= measureNs) {
      isDone = true
      done({ count: count - measuredFrom.count, ns: ns - measuredFrom.ns })
    }
  }
}

function main(data: BenchThreadData): void {
  const count = stopwatch(data, (result) => parentPort?.postMessage(result))
  const party = partyOf(data.cast, data.thread, data.window, count)
  new Control(data.control).ready()
  play(party, data.link, data)
}

main(workerData as BenchThreadData)
