import { parentPort } from 'node:worker_threads'
import { Histogram } from '../../shared/base/histogram.ts'
import type { PlaceId } from '../../shared/plan/types.ts'
import { Control, sharedClockNs } from './control.ts'
import type { ControlMemory } from './control.ts'
import { DiskWords } from './disk-words.ts'
import type { DiskMemory } from './disk-words.ts'
import { DiskError } from './real-disk.ts'
import type { DiskFs } from './real-disk.ts'
import { countsOf } from './timing.ts'
import type { Counts } from './timing.ts'

export interface DiskThreadData {
  /** Its number among all threads, for sleeping. */
  thread: number
  control: ControlMemory
  disks: DiskMemory
  /** Replicas, which have the thread of their number, with their files. */
  serves: readonly { place: PlaceId; name: string; fd: number }[]
}

export type FromDiskThread =
  { type: 'synced'; fsync: Counts } | { type: 'disk-failed'; message: string; fsync: Counts }

/** Nobody wakes a thread that has nothing to sync but a request; now and then it looks for itself. */
const SLEEP_MS = 100

/** Syncs the files of some replicas when they ask for it, until the run ends. */
export function serveDisks(data: DiskThreadData, { fdatasyncSync }: Pick<DiskFs, 'fdatasyncSync'>): void {
  const { thread, serves } = data
  const control = new Control(data.control)
  const words = new DiskWords(data.disks)
  const took = new Histogram()
  const hasWork = () => serves.some(({ place }) => words.isSyncing(place))
  const post = (message: FromDiskThread) => parentPort?.postMessage(message)
  control.ready()
  while (!control.stopped) {
    for (const { place, name, fd } of serves) {
      if (!words.isSyncing(place)) continue
      const beganNs = sharedClockNs()
      try {
        fdatasyncSync(fd)
      } catch (error) {
        const { message } = new DiskError(name, error)
        post({ type: 'disk-failed', message, fsync: countsOf(took) })
        return
      }
      const tookNs = sharedClockNs() - beganNs
      took.record(tookNs)
      words.done(place, tookNs)
      control.wake(place)
    }
    if (!hasWork()) control.sleep(thread, SLEEP_MS, Infinity, hasWork)
  }
  post({ type: 'synced', fsync: countsOf(took) })
}
