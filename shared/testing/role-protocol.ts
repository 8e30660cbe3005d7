import { NS_PER_MS } from '../base/time.ts'
import type { PlaceId } from '../plan/types.ts'
import type { AnyProtocol, Outbox, Outcome, Protocol } from '../protocols/contract.ts'

/**
 * The smallest protocol with a leader and followers: whoever misses its beats for a while leads the next term, and of
 * two leaders the later one stays. It promises nothing about data (every replica answers for itself, once a write is
 * durable); tests of faults that name a role use it.
 */
export interface RoleState {
  readonly self: PlaceId
  readonly members: readonly PlaceId[]
  term: number
  leader: PlaceId | null
  values: Map<number, number>
  writes: number
}

interface Beat {
  readonly kind: 'role.beat'
  readonly term: number
}

type Durable = Map<number, number>

const BEAT_NS = 10 * NS_PER_MS
const PATIENCE_NS: readonly [number, number] = [150 * NS_PER_MS, 300 * NS_PER_MS]

const OK: Outcome = {
  status: 'ok',
  error: null,
  value: 0,
  version: null,
  siblings: null,
  context: null,
  token: null,
  redirect: null,
}

function beat(state: RoleState, out: Outbox<Beat>): void {
  for (const member of state.members) {
    if (member !== state.self) out.send(member, { kind: 'role.beat', term: state.term })
  }
  out.arm('beat', BEAT_NS, BEAT_NS)
}

const role: Protocol<RoleState, Beat, null, Durable> = {
  manifest: {
    id: 'role',
    title: 'Leader by patience',
    summary: 'Whoever hears no leader becomes one',
    roles: ['leader', 'follower'],
    params: [],
    kinds: [{ kind: 'role.beat', label: 'Beat' }],
    facts: [{ kind: 'role.leader', label: 'New leader', help: 'A replica began to lead' }],
    order: 'ordered',
    tokens: 'none',
    check: () => [],
    explain: () => ({ read: 'Each replica answers for itself.', partition: 'Nothing changes.' }),
  },
  hostsEverywhere: false,
  invariants: [],
  configure: () => null,
  coordinatesAtClient: () => false,
  boot: (config, durable) => ({
    self: config.self,
    members: config.members,
    term: 0,
    leader: null,
    values: new Map(durable ?? []),
    writes: 0,
  }),
  step(state, _at, input, out) {
    switch (input.type) {
      case 'members':
      case 'range':
        // Asked only of strategies whose members change, or whose ranges split.
        break
      case 'start':
        out.arm('patience', ...PATIENCE_NS)
        break
      case 'timer':
        if (input.name === 'patience') {
          state.term++
          state.leader = state.self
          out.note({ kind: 'role.leader', text: `leads term ${state.term}` })
        }
        beat(state, out)
        break
      case 'message': {
        const { term } = input.body
        if (term < state.term || (term === state.term && input.from > (state.leader ?? Infinity))) break
        if (state.leader === state.self) out.disarm('beat')
        state.term = term
        state.leader = input.from
        out.arm('patience', ...PATIENCE_NS)
        break
      }
      case 'request':
        if (input.op.f === 'read') {
          out.reply(input.opId, { ...OK, value: state.values.get(input.op.key) ?? 0 })
        } else {
          state.values.set(input.op.key, input.op.value)
          out.persist(++state.writes, [input.op.key, input.op.value])
          out.reply(input.opId, OK, state.writes)
        }
        break
      case 'persisted':
        break
    }
  },
  probe: ({ self, leader, term, writes }) => ({
    role: leader === self ? 'leader' : 'follower',
    term,
    leader,
    applied: writes,
    committed: null,
    digest: 0,
    backlog: 0,
  }),
  absorb(durable, record) {
    const [key, value] = record as [number, number]
    return (durable ?? new Map<number, number>()).set(key, value)
  },
  bytesOf: () => 40,
}

export const roleProtocol: AnyProtocol = role
