import type { AnyProtocol, Outcome, Protocol } from '../protocols/contract.ts'

/**
 * The smallest protocol that shows what surrounds it: every replica answers for itself, a write is acknowledged once
 * it is durable, `ping` goes to the other members and is counted when it comes back, a timer beats every 10 ms of
 * local time. Tests of the runtime use it, so that what they see is the runtime's doing.
 */
export interface EchoState {
  self: number
  members: readonly number[]
  values: Map<number, number>
  writes: number
  beats: number
  pongs: number
  /** Local instants at which the timer fired and at which the process started. */
  wallNs: number[]
  monotonicNs: number[]
}

type EchoMessage = { readonly kind: 'echo.ping' } | { readonly kind: 'echo.pong' }
type EchoDurable = [number, number][]

export const BEAT_NS = 10_000_000
const INSTANTS_KEPT = 50

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

const echo: Protocol<EchoState, EchoMessage, null, EchoDurable> = {
  manifest: {
    id: 'echo',
    title: 'Echo',
    summary: 'Each replica answers for itself',
    roles: ['replica'],
    params: [],
    kinds: [
      { kind: 'echo.ping', label: 'Ping' },
      { kind: 'echo.pong', label: 'Pong' },
    ],
    facts: [],
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
    values: new Map(durable ?? []),
    writes: 0,
    beats: 0,
    pongs: 0,
    wallNs: [],
    monotonicNs: [],
  }),
  step(state, at, input, out) {
    switch (input.type) {
      case 'members':
      case 'range':
        // Asked only of strategies whose members change, or whose ranges split.
        break
      case 'start':
        state.wallNs.push(at.wallNs)
        state.monotonicNs.push(at.monotonicNs)
        out.arm('beat', BEAT_NS, BEAT_NS)
        break
      case 'timer':
        state.beats++
        if (state.beats <= INSTANTS_KEPT) {
          state.wallNs.push(at.wallNs)
          state.monotonicNs.push(at.monotonicNs)
        }
        out.arm('beat', BEAT_NS, BEAT_NS)
        for (const member of state.members) if (member !== state.self) out.send(member, { kind: 'echo.ping' })
        break
      case 'message':
        if (input.body.kind === 'echo.ping') out.send(input.from, { kind: 'echo.pong' })
        else state.pongs++
        break
      case 'request':
        if (input.op.f === 'read') {
          out.reply(input.opId, { ...OK, value: state.values.get(input.op.key) ?? 0 })
        } else {
          state.writes++
          state.values.set(input.op.key, input.op.value)
          out.persist(state.writes, [input.op.key, input.op.value])
          out.reply(input.opId, OK, state.writes)
        }
        break
      case 'persisted':
        break
    }
  },
  probe: (state) => ({
    role: 'replica',
    term: null,
    leader: null,
    applied: state.writes,
    committed: null,
    digest: [...state.values].reduce((sum, [key, value]) => sum + key * 31 + value, 0),
    backlog: 0,
  }),
  absorb: (durable, record) => [...(durable ?? []), record as [number, number]],
  bytesOf: () => 100,
}

export const echoProtocol: AnyProtocol = echo
