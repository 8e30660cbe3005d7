import type { ConsistencySpec } from '../../topology/types.ts'
import type { Params } from './config.ts'

/** How operations are carried out, once the level that the topology asks for and the parameters have been put together. */
export interface Access {
  /** quorum: one round, by timestamps. abd: a query and a write-back. serial: a round of Paxos. */
  readonly reads: 'quorum' | 'abd' | 'serial'
  /** quorum: one round, by timestamps. abd: a query before it. paxos: as a transaction without a condition. */
  readonly writes: 'quorum' | 'abd' | 'paxos'
  /** Whether compare-and-set is carried out, by Paxos, or declined. */
  readonly swaps: boolean
  /**
   * Whether single keys are linearizable. Then replicas confirm from disk only, and no deletion is ever forgotten:
   * whoever forgets must know that everyone has heard.
   */
  readonly isAtomic: boolean
  /** One round, by timestamps, for whatever may be asked: nothing is ever done by ABD or Paxos. */
  readonly isPlain: boolean
}

const BY_TIMESTAMPS: Access = {
  reads: 'quorum',
  writes: 'quorum',
  swaps: false,
  isAtomic: false,
  isPlain: true,
}
const BY_ABD: Access = { reads: 'abd', writes: 'abd', swaps: false, isAtomic: true, isPlain: false }
const BY_PAXOS: Access = { reads: 'serial', writes: 'paxos', swaps: true, isAtomic: true, isPlain: false }

type Settings = Pick<Params, 'registers' | 'lightweightTransactions' | 'serialReads'>

export function accessOf(params: Settings, read: ConsistencySpec['read']): Access {
  const { lightweightTransactions, serialReads } = params
  switch (registersOf(params, read)) {
    case 'abd':
      return BY_ABD
    case 'paxos':
      return BY_PAXOS
    case 'timestamps':
      return lightweightTransactions
        ? { ...BY_TIMESTAMPS, reads: serialReads ? 'serial' : 'quorum', swaps: true, isPlain: false }
        : BY_TIMESTAMPS
  }
}

/** What `registers: "auto"` comes to: timestamps will do unless reads are to be linearizable. */
export function registersOf(
  { registers, lightweightTransactions }: Settings,
  read: ConsistencySpec['read'],
): Exclude<Params['registers'], 'auto'> {
  if (registers !== 'auto') return registers
  if (read !== 'linearizable') return 'timestamps'
  return lightweightTransactions ? 'paxos' : 'abd'
}
