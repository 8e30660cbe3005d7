import type { Probe } from '../contract.ts'
import { headOf } from './configuration.ts'
import { isHead, isNode, isTail } from './state.ts'
import type { State } from './state.ts'

/** What inspectors, the convergence metric and faults look at. */
export function probe(state: State): Probe {
  const { configuration, store, history } = state
  return {
    role: isHead(state) ? 'head' : isTail(state) ? 'tail' : isNode(state) ? 'middle' : 'spare',
    term: configuration.epoch,
    leader: headOf(configuration),
    applied: store.committed,
    committed: store.committed,
    digest: store.digest,
    backlog: history.last - store.committed,
  }
}
