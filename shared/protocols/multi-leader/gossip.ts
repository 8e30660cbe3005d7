import { joinInto } from '../../clocks/version-vectors.ts'
import type { PlaceId } from '../../plan/types.ts'
import { commit } from './durable.ts'
import type { Ack, Heartbeat } from './messages.ts'
import { onHave, tendLinks } from './replication.ts'
import type { State, Turn } from './state.ts'
import { put } from './store.ts'
import type { Tombstone } from './store.ts'

/**
 * Heartbeats: who is there (counters that only grow and are passed on; van Renesse, Minsky, Hayden, "A gossip-style
 * failure detection service", 1998), and what everyone has, which says when a deletion may be forgotten (stability;
 * Wuu and Bernstein, "Efficient solutions to the replicated log and dictionary problems", 1984).
 */

export const HEARTBEAT = 'heartbeat'
const COLLECTED = 'tombstone-collected'

/** Deletions looked at in one go. */
const COLLECT_MAX = 1_000

/** The first beat comes at any time of an interval, so that leaders don't beat in step; a machine's shards may. */
export function startHeartbeats({ state, out }: Turn): void {
  out.arm(HEARTBEAT, 1, state.params.heartbeatNs)
}

export function onHeartbeatTimer(turn: Turn): void {
  const { heartbeatNs } = turn.state.params
  turn.out.arm(HEARTBEAT, heartbeatNs, heartbeatNs)
  turn.state.beats[turn.state.position]++
  sendHeartbeats(turn, false)
  tendLinks(turn)
  collectTombstones(turn)
}

export function sendHeartbeats({ state, out }: Turn, asks: boolean): void {
  const { beats, known, position, params, members, neighbours } = state
  const row = (leader: number) => [leader, known[leader].slice()] as const
  // Where all talk to all, nobody needs to hear of the others second hand.
  const rows = params.propagation === 'all-to-all' ? [row(position)] : known.map((_, leader) => row(leader))
  for (const neighbour of neighbours) {
    out.send(members[neighbour], { kind: 'multi-leader.heartbeat', beats: beats.slice(), rows, asks })
  }
}

/** Anything that comes from a leader says that it is up. */
export function heardFrom({ state, nowNs }: Turn, position: number): void {
  state.heardNs[position] = nowNs
}

export function onHeartbeat(turn: Turn, from: PlaceId, { beats, rows, asks }: Heartbeat): void {
  const { state, out, nowNs } = turn
  for (let leader = 0; leader < beats.length; leader++) {
    if (beats[leader] <= state.beats[leader]) continue
    // One's own counter may have run ahead before a restart: go on from there.
    state.beats[leader] = beats[leader]
    state.heardNs[leader] = nowNs
  }
  for (const [leader, have] of rows) if (leader !== state.position) learn(turn, leader, have)
  if (asks) out.send(from, { kind: 'multi-leader.ack', have: state.durableHave.slice() })
}

export function onAck(turn: Turn, position: number, { have }: Ack): void {
  learn(turn, position, have)
}

function learn(turn: Turn, leader: number, have: readonly number[]): void {
  joinInto(turn.state.known[leader], have)
  onHave(turn, leader, turn.state.known[leader])
}

/** Whether too few leaders were heard of lately for a majority, itself included. */
export function isCutOff({ state, nowNs }: Turn): boolean {
  let up = 1
  for (let leader = 0; leader < state.members.length; leader++) {
    if (leader !== state.position && nowNs - state.heardNs[leader] < state.params.suspectAfterNs) up++
  }
  return up * 2 <= state.members.length
}

/**
 * Forgets deletions that all know of. No later timestamp of this leader's may be below one that it has forgotten:
 * those who have not yet would keep the deletion.
 */
function collectTombstones(turn: Turn): void {
  const { state, out, rules } = turn
  const { store, known, have } = state
  const changed = new Set<number>()
  for (let left = COLLECT_MAX; left > 0; left--) {
    const tombstone = store.tombstones.peek()
    if (tombstone === undefined) break
    if (isRemembered(state, turn, tombstone)) {
      if (!rules.isStable(known, have, tombstone)) break
      forget(turn, tombstone)
      changed.add(tombstone.key)
    }
    store.tombstones.shift()
  }
  if (changed.size === 0) return
  out.note({ kind: COLLECTED, count: changed.size })
  commit(turn, [], changed)
}

function isRemembered({ store }: State, { model }: Turn, { key, at, by }: Tombstone): boolean {
  const cell = store.cells.get(key)
  if (cell === undefined) return false
  return model.tombstones(cell).some((dot) => dot.at === at && dot.by === by)
}

function forget({ state, model }: Turn, tombstone: Tombstone): void {
  const { store } = state
  const { key } = tombstone
  const cell = store.cells.get(key)
  if (cell === undefined) return
  state.ownStamp = Math.max(state.ownStamp, model.stampOf(cell))
  put(store, model, key, model.forget(cell, tombstone, key < store.preloaded))
}
