import type { Plan } from '../plan/types.ts'
import type { Topology } from '../topology/types.ts'
import { allRoutes } from './all-routes.ts'
import { leaderCaveats, leaderlessCaveats } from './caveats.ts'
import type { SlowestNs } from './caveats.ts'
import { LeaderRoutes } from './leader-routes.ts'
import type { LeaderModel } from './leader-routes.ts'
import { leaderlessParams, leaderlessRefusal } from './leaderless-params.ts'
import { LeaderlessRoutes } from './leaderless-routes.ts'
import { overlapsOf } from './overlap.ts'
import { quorumFacts } from './quorum.ts'
import { raftModel, raftRefusal } from './raft-model.ts'
import { readShareOf } from './read-share.ts'
import type { Routes } from './route.ts'
import { singleLeaderModel, singleLeaderRefusal } from './single-leader-model.ts'
import type { QuorumFacts } from './types.ts'
import { Ways } from './ways.ts'

const WARS = 'WARS Monte Carlo (Bailis et al., VLDB 2012)'
const WARS_BY_LEADER = 'Monte Carlo after WARS (Bailis et al., VLDB 2012), by way of the leader'

/** What is made of a topology: the ways of its operations, and what quorum arithmetic says and the model leaves out. */
export interface Model {
  name: string
  routes: Routes
  quorum: QuorumFacts | null
  caveats: (slowestNs: SlowestNs) => string[]
}

interface Modelling {
  /** Why a topology of the strategy has no model, as a sentence; null where it has one. */
  refusal(topology: Topology): string | null
  modelOf(plan: Plan): Model
}

/** By the strategy's name. */
export const MODELS: ReadonlyMap<string, Modelling> = new Map([
  ['leaderless', { refusal: leaderlessRefusal, modelOf: leaderless }],
  ['raft', { refusal: raftRefusal, modelOf: byLeader(raftModel) }],
  ['single-leader', { refusal: singleLeaderRefusal, modelOf: byLeader(singleLeaderModel) }],
])

function leaderless(plan: Plan): Model {
  const { topology } = plan
  const params = leaderlessParams(topology)
  const routes = allRoutes(plan, new LeaderlessRoutes(plan, params))
  const facts = quorumFacts(params.n, params.r, params.w, readShareOf(topology.workload))
  return {
    name: WARS,
    routes,
    quorum: { ...facts, ...overlapsOf(routes.writes, routes.reads) },
    caveats: (slowestNs) => leaderlessCaveats(plan, params, slowestNs),
  }
}

function byLeader(leaderOf: (plan: Plan, ways: Ways) => LeaderModel): (plan: Plan) => Model {
  return (plan) => {
    const ways = new Ways(plan)
    const model = leaderOf(plan, ways)
    return {
      name: WARS_BY_LEADER,
      routes: allRoutes(plan, new LeaderRoutes(plan, ways, model)),
      quorum: null,
      caveats: (slowestNs) => leaderCaveats(plan, model, slowestNs),
    }
  }
}
