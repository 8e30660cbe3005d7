import { cpus } from 'node:os'
import type { LiveFigures } from '../../shared/report/types.ts'

/** How much of the cores' time is used from its making on: by this program, and by all that runs on the machine. */
export class CpuMeter {
  readonly #cores: number
  readonly #began = { own: process.cpuUsage(), machine: machineBusyMs(), atMs: performance.now() }

  constructor(cores: number) {
    this.#cores = cores
  }

  read(): LiveFigures['cpu'] {
    const { own, machine, atMs } = this.#began
    const coresMs = this.#cores * Math.max(1, performance.now() - atMs)
    const { user, system } = process.cpuUsage(own)
    const now = machineBusyMs()
    // The machine may have more cores than this program may use.
    const share = (busyMs: number, cores: number) => Math.min(1, (busyMs / coresMs) * (this.#cores / cores))
    return {
      own: share((user + system) / 1000, this.#cores),
      machine: machine === null || now === null ? null : share(now.ms - machine.ms, now.cores),
    }
  }
}

/** Null where the platform does not say. */
function machineBusyMs(): { ms: number; cores: number } | null {
  const all = cpus()
  const ms = all.reduce((sum, { times }) => sum + times.user + times.nice + times.sys + times.irq, 0)
  return all.length === 0 || ms === 0 ? null : { ms, cores: all.length }
}
