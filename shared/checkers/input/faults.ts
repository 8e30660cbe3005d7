import type { FaultSpec } from '../../topology/types.ts'

/** A fault that a record tells of; instants as those of its operations. */
export interface RecordedFault {
  /** As the record names it. */
  readonly kind: string
  /** What exactly it did, where the record says it in the lab's words. */
  readonly spec: FaultSpec | null
  /** Names of the replicas that it struck, where they are known. */
  readonly replicas: readonly string[]
  readonly from: number
  /** Infinity where it lasted to the end of the record; `from` for one without duration. */
  to: number
}

/** A bound on what a hostile record may make a page draw. */
const FAULTS_MAX = 100_000

/** Pairs the beginnings and ends of faults. */
export class FaultSpans {
  readonly list: RecordedFault[] = []
  readonly #open = new Map<string, RecordedFault[]>()

  /** `identity`: what an end must share with the beginning that it ends. */
  begin(identity: string, fault: Omit<RecordedFault, 'to'>): void {
    const open = this.#add({ ...fault, to: Infinity })
    const waiting = this.#open.get(identity)
    if (waiting === undefined) this.#open.set(identity, [open])
    else waiting.push(open)
  }

  end(identity: string, at: number): void {
    const fault = this.#open.get(identity)?.shift()
    if (fault !== undefined) fault.to = at
  }

  instant(fault: Omit<RecordedFault, 'to'>): void {
    this.#add({ ...fault, to: fault.from })
  }

  /** When the last one ended; Infinity if one never did, 0 if there was none. */
  get healedAt(): number {
    return this.list.reduce((last, { to }) => Math.max(last, to), 0)
  }

  #add(fault: RecordedFault): RecordedFault {
    if (this.list.length < FAULTS_MAX) this.list.push(fault)
    return fault
  }
}
