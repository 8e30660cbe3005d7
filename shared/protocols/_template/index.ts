import { assert } from '../../base/assert.ts'
import type { PlaceId } from '../../plan/types.ts'
import type {
  ErrorCode,
  Input,
  LocalInstant,
  Manifest,
  OpId,
  Operation,
  Outbox,
  Outcome,
  Protocol,
  ReplicaConfig,
} from '../contract.ts'
import { ERRORS, PRELOADED } from '../contract.ts'

/**
 * A complete protocol, as small as one can be: write all, read one. The replica that a client contacts stamps a write,
 * sends it to every member and answers when all have it; any replica answers reads from its own copy. One member that
 * is down stops every write: what the other folders here are about.
 *
 * To add a protocol, copy this folder under the new protocol's id (without the underscore), and let the list of
 * protocols be written anew: UPDATE_GENERATED=1 npx vitest run build/scripts. No other folder changes.
 */

/** 1. Parameters, in the form that the protocol uses. The manifest describes them as files and forms see them. */
interface Params {
  readonly timeoutNs: number
}

/** 2. Messages. Every kind begins with the protocol's id. A body belongs to its receiver: never change one later. */
type Message =
  | { readonly kind: 'template.write'; readonly opId: OpId; readonly key: number; readonly cell: Cell }
  | { readonly kind: 'template.writeAck'; readonly opId: OpId }

interface Cell {
  readonly at: number
  readonly by: PlaceId
  readonly value: number
  readonly bytes: number
}

/** 3. State: plain data, since checked mode copies and compares it. No functions, no private fields, no clock. */
interface State {
  readonly config: Pick<ReplicaConfig<Params>, 'self' | 'members' | 'params' | 'preloaded'>
  readonly cells: Map<number, Cell>
  lastStamp: number
  nextWriteId: number
  applied: number
  digest: number
  readonly pending: Map<OpId, Pending>
}

interface Pending {
  readonly cell: Cell
  readonly missing: Set<PlaceId>
  readonly deadlineNs: number
  /** The own write that the answer must not precede. */
  readonly writeId: number
}

/** 4. What survives a crash, folded from the records that reached the disk. */
type Durable = Map<number, Cell>
interface DurableRecord {
  readonly key: number
  readonly cell: Cell
}

const MS = 1_000_000
const TIMEOUT = 'timeout'

/** 5. The manifest: what files, forms, reports and the checker of topologies need to know. */
const manifest: Manifest = {
  id: 'template',
  title: 'Write all, read one',
  summary: 'Writes wait for every replica, reads ask one. Tolerates no fault.',
  roles: ['replica'],
  params: [
    {
      name: 'timeoutMs',
      label: 'Timeout',
      help: 'How long a write waits for all replicas.',
      type: 'ms',
      default: 1_000,
      min: 1,
      max: 3_600_000,
    },
  ],
  kinds: [
    { kind: 'template.write', label: 'Write' },
    { kind: 'template.writeAck', label: 'Write acknowledgement' },
  ],
  order: 'ordered',
  tokens: 'none',
  facts: [],
  // Checks that span fields. Say what is wrong and how to mend it.
  check(topology) {
    if (topology.consistency.read === 'eventual') return []
    const sentence = 'Reads ask one replica, which may not have the latest write. Use "eventual".'
    return [{ path: '$.consistency.read', sentence }]
  },
  // How the level that the file asks for is kept, and what becomes of it on a partition: a sentence each.
  explain: () => ({
    read: 'The replica asked answers from what it has.',
    partition: 'Writes fail unless all replicas can be reached; reads go on everywhere.',
  }),
}

function boot(config: ReplicaConfig<Params>, durable: Durable | null): State {
  const { self, members, params, preloaded } = config
  const state: State = {
    config: { self, members, params, preloaded },
    // The image goes on to live on the disk, so the map is copied; cells are never changed and may be shared.
    cells: new Map(durable ?? []),
    lastStamp: 0,
    nextWriteId: 0,
    applied: 0,
    digest: 0,
    pending: new Map(),
  }
  for (const [key, cell] of state.cells) {
    state.digest ^= hashOf(key, cell)
    state.lastStamp = Math.max(state.lastStamp, cell.at)
  }
  return state
}

/** 6. The step: the only place where state changes. Everything that should happen outside goes through `out`. */
function step(state: State, at: LocalInstant, input: Input<Message>, out: Outbox<Message>): void {
  switch (input.type) {
    case 'request':
      if (input.op.f === 'read') out.reply(input.opId, read(state, input.op.key))
      else if (input.op.f === 'write') write(state, at, input.opId, input.op, out)
      else out.reply(input.opId, failed('refused'))
      break
    case 'message':
      onMessage(state, input.from, input.body, out)
      break
    case 'timer':
      expire(state, at, out)
      break
    case 'start':
    case 'persisted':
    case 'members':
    case 'range':
      break
  }
}

function read(state: State, key: number): Outcome {
  const cell = state.cells.get(key)
  if (cell !== undefined) return { ...DONE, value: cell.value, version: { at: cell.at, by: cell.by } }
  // Keys that the workload loaded before the run exist without having been written.
  return key < state.config.preloaded ? { ...DONE, value: PRELOADED, version: { at: 0, by: 0 } } : DONE
}

function write(state: State, at: LocalInstant, opId: OpId, op: Operation, out: Outbox<Message>): void {
  const { self, members, params } = state.config
  // The wall clock may jump back; a coordinator's own stamps don't.
  state.lastStamp = Math.max(at.wallNs, state.lastStamp + 1)
  const cell: Cell = { at: state.lastStamp, by: self, value: op.value, bytes: op.bytes }
  if (state.pending.size === 0) out.arm(TIMEOUT, params.timeoutNs, params.timeoutNs)
  for (const member of members) {
    if (member !== self) out.send(member, { kind: 'template.write', opId, key: op.key, cell })
  }
  const writeId = apply(state, op.key, cell, out)
  const deadlineNs = at.monotonicNs + params.timeoutNs
  state.pending.set(opId, { cell, missing: new Set(members), deadlineNs, writeId })
  acknowledge(state, opId, self, out)
}

/** Returns the write after which the cell is durable: its own, or an earlier one that superseded it. */
function apply(state: State, key: number, cell: Cell, out: Outbox<Message>): number {
  const old = state.cells.get(key)
  if (old === undefined || old.at < cell.at || (old.at === cell.at && old.by < cell.by)) {
    state.cells.set(key, cell)
    state.digest ^= hashOf(key, cell) ^ (old === undefined ? 0 : hashOf(key, old))
    state.applied++
    const record: DurableRecord = { key, cell }
    out.persist(state.nextWriteId++, record)
  }
  return state.nextWriteId - 1
}

function onMessage(state: State, from: PlaceId, body: Message, out: Outbox<Message>): void {
  switch (body.kind) {
    case 'template.write': {
      const after = apply(state, body.key, body.cell, out)
      // `after`: the host lets the message out once that write would survive a crash.
      out.send(from, { kind: 'template.writeAck', opId: body.opId }, after)
      break
    }
    case 'template.writeAck':
      acknowledge(state, body.opId, from, out)
      break
  }
}

function acknowledge(state: State, opId: OpId, member: PlaceId, out: Outbox<Message>): void {
  const pending = state.pending.get(opId)
  if (pending === undefined) return
  // A set, not a count: the network may deliver an acknowledgement twice.
  pending.missing.delete(member)
  if (pending.missing.size > 0) return
  state.pending.delete(opId)
  const { cell, writeId } = pending
  out.reply(opId, { ...DONE, version: { at: cell.at, by: cell.by } }, writeId)
}

/** One timer for all operations: each waits equally long, so the oldest comes first. */
function expire(state: State, at: LocalInstant, out: Outbox<Message>): void {
  for (const [opId, { deadlineNs }] of state.pending) {
    const waitNs = deadlineNs - at.monotonicNs
    if (waitNs > 0) {
      out.arm(TIMEOUT, waitNs, waitNs)
      return
    }
    state.pending.delete(opId)
    out.reply(opId, failed('write-timeout'))
  }
}

/** 7. Outcomes. A code's own definition says whether the operation definitely did not happen. */
const DONE: Outcome = {
  status: 'ok',
  error: null,
  value: 0,
  version: null,
  siblings: null,
  context: null,
  token: null,
  redirect: null,
}

function failed(error: ErrorCode): Outcome {
  const status = ERRORS[error].definite ? 'fail' : 'info'
  return {
    status,
    error,
    value: 0,
    version: null,
    siblings: null,
    context: null,
    token: null,
    redirect: null,
  }
}

/** Xor of these makes a digest that does not depend on the order of arrival. */
function hashOf(key: number, cell: Cell): number {
  return Math.imul(key + 1, 0x9e3779b1) ^ Math.imul((cell.at % 0x7fffffff) + 1, 0x85ebca6b) ^ cell.by
}

export const protocol: Protocol<State, Message, Params, Durable> = {
  manifest,
  configure: (params) => ({ timeoutNs: Math.round((params['timeoutMs'] as number) * MS) }),
  coordinatesAtClient: () => false,
  hostsEverywhere: false,
  boot,
  step,
  /** 8. What inspectors, the convergence metric and role-naming faults look at. */
  probe: (state) => ({
    role: 'replica',
    term: null,
    leader: null,
    applied: state.applied,
    committed: null,
    digest: state.digest,
    backlog: state.pending.size,
  }),
  absorb(durable, record) {
    const image = durable ?? new Map<number, Cell>()
    const { key, cell } = record as DurableRecord
    image.set(key, cell)
    return image
  },
  /** 9. Bytes on the wire, headers included. */
  bytesOf: (body) => 40 + (body.kind === 'template.write' ? body.cell.bytes : 0),
  /** 10. What must hold between all replicas of a shard after every step. */
  invariants: [
    {
      name: 'a version has one value',
      check(states) {
        const values = new Map<string, number>()
        for (const { cells } of states.values()) {
          for (const [key, { at, by, value }] of cells) {
            const version = `${key}@${at}.${by}`
            const known = values.get(version)
            assert(value > 0, 'values are positive')
            if (known !== undefined && known !== value)
              return `version ${version} has the values ${known} and ${value}`
            values.set(version, value)
          }
        }
        return null
      },
    },
  ],
}
