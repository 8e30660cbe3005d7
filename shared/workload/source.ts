import { assert, unreachable } from '../base/assert.ts'
import { Rng } from '../base/rng.ts'
import type { Plan } from '../plan/types.ts'
import type { OpName } from '../protocols/contract.ts'
import type { MixWorkload } from '../topology/types.ts'
import { expectedOperations } from './expected.ts'
import { InsertSequence } from './inserts.ts'
import { keyChooser } from './key-choosers.ts'
import type { KeyChooser } from './key-choosers.ts'
import { OperationMix } from './operation-mix.ts'

/** An operation before it is given a value and an id. Callers keep one and have it filled again and again. */
export interface OperationDraft {
  f: OpName
  key: number
  /** Scans: how many keys; else 0. */
  count: number
  /** Size of the value written or, for reads and scans, of each value expected in the answer; 0 for deletes. */
  bytes: number
  /**
   * 'write-same-key' on the read of a read-modify-write: when it has ended ok, the session's next operation is a write
   * of `bytes` to the same key, which the source does not issue. 'cas-same-key': the same, with a compare-and-set that
   * expects what was read.
   */
  then: 'none' | 'write-same-key' | 'cas-same-key'
}

export function emptyDraft(): OperationDraft {
  return { f: 'read', key: 0, count: 0, bytes: 0, then: 'none' }
}

export interface SourceConfig {
  workload: MixWorkload
  seed: number
  clientName: string
  /** Which of the clients this is, from 0. */
  clientIndex: number
  clientCount: number
  /** Operations that all clients together are expected to issue; see `expectedOperations`. */
  expectedOperations: number
}

/**
 * The operations that one client's sessions issue. Each session draws from a stream of its own, so what it does never
 * depends on the pace of the others; only the numbers of inserted keys, and with them the choices of `latest`, follow
 * the order in which the client's sessions insert.
 */
export class OperationSource {
  private readonly config: SourceConfig
  private readonly mix: OperationMix
  private readonly inserts: InsertSequence
  private readonly keys: KeyChooser
  private readonly streams: Rng[] = []

  constructor(config: SourceConfig) {
    const { workload } = config
    assert(workload.keys >= 1, 'a mix needs at least one key')
    this.config = config
    this.mix = new OperationMix(workload.mix)
    this.inserts = new InsertSequence(workload.keys, config.clientIndex, config.clientCount)
    const expectedInserts = Math.floor(config.expectedOperations * workload.mix.insert)
    this.keys = keyChooser(workload.distribution, workload.keys, this.inserts, expectedInserts)
  }

  /** Fills `out` with the next operation of a session; slots number the client's sessions from 0. */
  next(sessionSlot: number, out: OperationDraft): void {
    const rng = (this.streams[sessionSlot] ??= Rng.stream(
      this.config.seed,
      `workload/${this.config.clientName}/${sessionSlot}`,
    ))
    const { workload } = this.config
    out.count = 0
    out.bytes = workload.valueBytes
    out.then = 'none'
    const operation = this.mix.draw(rng)
    switch (operation) {
      case 'read':
        out.f = 'read'
        out.key = this.keys.next(rng)
        return
      case 'update':
        out.f = 'write'
        out.key = this.keys.next(rng)
        return
      case 'insert':
        out.f = 'write'
        out.key = this.inserts.next()
        return
      case 'scan':
        out.f = 'scan'
        out.key = this.keys.next(rng)
        out.count = rng.between(1, workload.scanLengthMax)
        return
      case 'readModifyWrite':
        out.f = 'read'
        out.key = this.keys.next(rng)
        out.then = 'write-same-key'
        return
      case 'compareAndSet':
        out.f = 'read'
        out.key = this.keys.next(rng)
        out.then = 'cas-same-key'
        return
      case 'delete':
        out.f = 'delete'
        out.key = this.keys.next(rng)
        out.bytes = 0
        return
      default:
        unreachable(operation)
    }
  }

  /**
   * Says that a write of `key` has ended, whatever its outcome: a failed insert must not hold the others up. Keys that
   * are not being inserted are ignored, so it may be called for every write.
   */
  acknowledgeInsert(key: number): void {
    this.inserts.acknowledge(key)
  }
}

/** The source of the plan's client `clientIndex` (from 0, among the clients). The plan's workload must be a mix. */
export function operationSource(plan: Plan, clientIndex: number): OperationSource {
  const { topology, workload } = plan
  assert(workload.kind === 'mix', 'a probe has a schedule, not an operation source')
  return new OperationSource({
    workload,
    seed: plan.seed,
    clientName: topology.clients[clientIndex].id,
    clientIndex,
    clientCount: topology.clients.length,
    expectedOperations: expectedOperations(topology.clients, topology.run.durationMs),
  })
}
