import { nsOfMs } from '../../base/time.ts'
import type { Ns } from '../../base/time.ts'
import type { ConsistencySpec, ParamValue } from '../../topology/types.ts'

export type Propagation = 'all-to-all' | 'ring' | 'star'
export type Conflicts = 'last-writer-wins' | 'revision-tree' | 'siblings' | 'counter' | 'set'
export type ClockRule = 'hybrid' | 'wall'

/** The parameters in the form that the protocol uses: durations in nanoseconds. */
export interface Params {
  readonly propagation: Propagation
  readonly conflicts: Conflicts
  readonly readConflicts: boolean
  readonly clock: ClockRule
  readonly durability: 'fsync' | 'memory'
  readonly shipDelayNs: Ns
  readonly batchEvents: number
  readonly windowEvents: number
  readonly logEventsMax: number
  readonly cellsPerMessage: number
  readonly heartbeatNs: Ns
  readonly resendAfterNs: Ns
  readonly suspectAfterNs: Ns
  readonly requestTimeoutNs: Ns
  readonly pendingMax: number
}

/** Parameters as the topology layer has checked them: complete, each of its own type. */
export function configure(params: Readonly<Record<string, ParamValue>>): Params {
  const choice = <T extends ParamValue>(name: string): T => params[name] as T
  const ns = (name: string): Ns => nsOfMs(params[name] as number)
  return {
    propagation: choice<Propagation>('propagation'),
    conflicts: choice<Conflicts>('conflicts'),
    readConflicts: choice<boolean>('readConflicts'),
    clock: choice<ClockRule>('clock'),
    durability: choice<Params['durability']>('durability'),
    shipDelayNs: ns('shipDelayMs'),
    batchEvents: choice<number>('batchEvents'),
    windowEvents: choice<number>('windowEvents'),
    logEventsMax: choice<number>('logEventsMax'),
    cellsPerMessage: choice<number>('cellsPerMessage'),
    heartbeatNs: ns('heartbeatMs'),
    resendAfterNs: ns('resendAfterMs'),
    suspectAfterNs: ns('suspectAfterMs'),
    requestTimeoutNs: ns('requestTimeoutMs'),
    pendingMax: choice<number>('pendingMax'),
  }
}

/** Whether readers see one order of a key's versions: siblings that nobody is shown are none. */
export function isOrdered({ conflicts, readConflicts }: Params): boolean {
  return conflicts === 'last-writer-wins' || (conflicts === 'revision-tree' && !readConflicts)
}

/**
 * Which part of a session's past must have arrived at a leader before it takes the session's next operation (Terry et
 * al., "Session guarantees for weakly consistent replicated data", PDIS 1994, table 1).
 */
export interface SessionRules {
  readonly readsWaitForWrites: boolean
  readonly readsWaitForReads: boolean
  readonly writesWaitForWrites: boolean
  readonly writesWaitForReads: boolean
}

export function sessionRules({ read, session }: Pick<ConsistencySpec, 'read' | 'session'>): SessionRules {
  const isCausal = read === 'causal'
  const asks = (guarantee: ConsistencySpec['session'][number]): boolean =>
    isCausal || read === guarantee || session.includes(guarantee)
  return {
    readsWaitForWrites: asks('read-your-writes'),
    readsWaitForReads: asks('monotonic-reads'),
    writesWaitForWrites: asks('monotonic-writes'),
    writesWaitForReads: asks('writes-follow-reads'),
  }
}
