import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import type { Worker } from 'node:worker_threads'
import { slopeOf } from './slope.ts'

const MIB = 2 ** 20
/** Growth is judged over this many of the last runs, and only where there were as many before, to warm up. */
const JUDGED_MAX = 100
const JUDGED_MIN = 20
/** Per run. A leak of one worker's objects or of a ring would be tens of times as much. */
const HEAP_GROWTH_MAX = 20_000
/** What the allocator keeps for itself goes up and down by far more than the heap does. */
const RESIDENT_GROWTH_MAX = 250_000

export interface MemorySample {
  residentBytes: number
  /** Objects and what they hold outside of the heap. */
  heapBytes: number
}

/** Watches what runs leave behind in this process: threads, files, open descriptors, memory. */
export class Leftovers {
  readonly memory: MemorySample[] = []
  readonly #threads = { started: 0, gone: 0 }
  readonly #folder: string
  readonly #earlierFolder = process.env.TMPDIR
  readonly #collect: () => void
  #descriptors: number | null = null

  /** Temporary files go to a folder of their own from now on, so that none is overlooked. */
  constructor() {
    this.#folder = mkdtempSync(path.join(tmpdir(), 'replica-lab-soak-'))
    process.env.TMPDIR = this.#folder
    process.on('worker', this.#count)
    setFlagsFromString('--expose-gc')
    this.#collect = runInNewContext('gc') as () => void
  }

  readonly #count = (worker: Worker) => {
    this.#threads.started++
    worker.once('exit', () => this.#threads.gone++)
  }

  get threads(): number {
    return this.#threads.started
  }

  /** What the runs so far have left, as sentences. To be called after each, with nothing under way. */
  look(): string[] {
    const problems: string[] = []
    const { started, gone } = this.#threads
    if (gone < started) problems.push(`${started - gone} of ${started} threads are still there`)
    const held = process.getActiveResourcesInfo().filter((name) => /^(Worker|MessagePort)$/.test(name))
    if (held.length > 0) problems.push(`still active: ${held.join(', ')}`)
    const files = readdirSync(this.#folder)
    if (files.length > 0) problems.push(`temporary files are left: ${files.join(', ')}`)
    const descriptors = openDescriptors()
    if (descriptors !== null) {
      // The first run opens what the process keeps for good.
      this.#descriptors ??= descriptors
      if (descriptors > this.#descriptors) {
        problems.push(`${descriptors - this.#descriptors} more files are open than after the first run`)
      }
    }
    this.#collect()
    const { rss, heapUsed, external } = process.memoryUsage()
    this.memory.push({ residentBytes: rss, heapBytes: heapUsed + external })
    return problems
  }

  /** Whether memory grew from run to run, as sentences; null where there were too few runs to tell. */
  growth(): string[] | null {
    return growthOf(this.memory)
  }

  dispose(): void {
    process.off('worker', this.#count)
    rmSync(this.#folder, { recursive: true, force: true })
    if (this.#earlierFolder === undefined) delete process.env.TMPDIR
    else process.env.TMPDIR = this.#earlierFolder
  }
}

export function growthOf(memory: readonly MemorySample[]): string[] | null {
  const judged = Math.min(JUDGED_MAX, Math.floor(memory.length / 2))
  if (judged < JUDGED_MIN) return null
  const last = memory.slice(-judged)
  const sentence = (what: string, bytes: number, bound: number) =>
    bytes <= bound
      ? []
      : [
          `${what} grew by ${Math.round(bytes / 1000)} kB a run over the last ${judged} runs, ` +
            `from ${mib(memory[memory.length - judged])} to ${mib(memory[memory.length - 1])}`,
        ]
  return [
    ...sentence('the heap', slopeOf(last.map(({ heapBytes }) => heapBytes)), HEAP_GROWTH_MAX),
    ...sentence(
      'resident memory',
      slopeOf(last.map(({ residentBytes }) => residentBytes)),
      RESIDENT_GROWTH_MAX,
    ),
  ]
}

/** `120 MiB resident, 14 MiB of it in the heap`. */
export function mib({ residentBytes, heapBytes }: MemorySample): string {
  return `${(residentBytes / MIB).toFixed(1)} MiB resident and ${(heapBytes / MIB).toFixed(1)} MiB of objects`
}

/** null where the system does not tell. */
function openDescriptors(): number | null {
  try {
    return readdirSync('/proc/self/fd').length
  } catch {
    return null
  }
}
