import { nsOfMs } from '../../base/time.ts'
import type { Ns } from '../../base/time.ts'
import type { ParamValue } from '../../topology/types.ts'
import { RULES } from './rules.ts'
import type { Rules } from './rules.ts'

/** The parameters in the form that the protocol uses: durations in nanoseconds. */
export interface Params {
  readonly registers: 'auto' | 'timestamps' | 'abd' | 'paxos'
  readonly lightweightTransactions: boolean
  readonly serialReads: boolean
  readonly contentionNs: Ns
  readonly n: number
  readonly r: number
  readonly w: number
  readonly coordinator: 'client' | 'replica'
  readonly readFanout: 'all' | 'quorum'
  readonly readRepair: 'off' | 'async' | 'blocking'
  readonly hintedHandoff: boolean
  readonly hintWindowNs: Ns
  readonly hintReplayNs: Ns
  readonly sloppyQuorum: boolean
  readonly antiEntropy: boolean
  readonly antiEntropyNs: Ns
  readonly conflicts: 'last-writer-wins' | 'siblings'
  readonly tombstoneGraceNs: Ns
  readonly readScope: 'any' | 'local'
  readonly writeScope: 'any' | 'local' | 'each'
  readonly speculativeRetryNs: Ns
  readonly durability: 'memory' | 'fsync'
  readonly requestTimeoutNs: Ns
  readonly suspectAfterNs: Ns
  readonly rules: Rules
}

/** Parameters as the topology layer has checked them: complete, each of its own type. */
export function configure(params: Readonly<Record<string, ParamValue>>, rules: Rules = RULES): Params {
  const choice = <T extends ParamValue>(name: string): T => params[name] as T
  const ns = (name: string): Ns => nsOfMs(params[name] as number)
  return {
    registers: choice<Params['registers']>('registers'),
    lightweightTransactions: choice<boolean>('lightweightTransactions'),
    serialReads: choice<boolean>('serialReads'),
    contentionNs: ns('contentionMs'),
    n: choice<number>('n'),
    r: choice<number>('r'),
    w: choice<number>('w'),
    coordinator: choice<Params['coordinator']>('coordinator'),
    readFanout: choice<Params['readFanout']>('readFanout'),
    readRepair: choice<Params['readRepair']>('readRepair'),
    hintedHandoff: choice<boolean>('hintedHandoff'),
    hintWindowNs: ns('hintWindowMs'),
    hintReplayNs: ns('hintReplayMs'),
    sloppyQuorum: choice<boolean>('sloppyQuorum'),
    antiEntropy: choice<boolean>('antiEntropy'),
    antiEntropyNs: ns('antiEntropyMs'),
    conflicts: choice<Params['conflicts']>('conflicts'),
    tombstoneGraceNs: ns('tombstoneGraceMs'),
    readScope: choice<Params['readScope']>('readScope'),
    writeScope: choice<Params['writeScope']>('writeScope'),
    speculativeRetryNs: ns('speculativeRetryMs'),
    durability: choice<Params['durability']>('durability'),
    requestTimeoutNs: ns('requestTimeoutMs'),
    suspectAfterNs: ns('suspectAfterMs'),
    rules,
  }
}
