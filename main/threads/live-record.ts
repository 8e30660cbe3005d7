import type { MessagePort } from 'node:worker_threads'
import { assert } from '../../shared/base/assert.ts'
import type { Ns } from '../../shared/base/time.ts'
import type { History } from '../../shared/history/types.ts'
import type { Plan } from '../../shared/plan/types.ts'
import type { LiveFigures } from '../../shared/report/types.ts'
import { mergedHistory, partsIn } from './parts.ts'

/**
 * What a live run recorded, as its threads handed it in: still in the ports through which it came, so that whoever
 * analyses it need not be the thread that ran it. It is taken once, by `history` or `takeParts`, or given up.
 */
export class LiveRecord {
  readonly live: LiveFigures
  /** Why the run could not go on, where it could not; the record ends there. */
  readonly failure: string | null
  readonly end: { endedNs: Ns; stoppedEarly: string | null }
  #ports: MessagePort[] | null

  constructor(
    ports: MessagePort[],
    end: { endedNs: Ns; stoppedEarly: string | null },
    live: LiveFigures,
    failure: string | null,
  ) {
    this.#ports = ports
    this.end = end
    this.live = live
    this.failure = failure
  }

  takeParts(): MessagePort[] {
    assert(this.#ports !== null, 'the record was taken before')
    const ports = this.#ports
    this.#ports = null
    return ports
  }

  /** The whole history, put together on this thread: a second for a million operations. */
  history(plan: Plan): History {
    return mergedHistory(plan, partsIn(this.takeParts()), this.end)
  }

  /** Lets go of a record that nobody wants. */
  giveUp(): void {
    if (this.#ports !== null) for (const port of this.takeParts()) port.close()
  }
}
