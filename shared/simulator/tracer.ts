import type { Ns } from '../base/time.ts'
import type { PlaceId } from '../plan/types.ts'
import type {
  AnyProtocol,
  Input,
  MessageBody,
  OpId,
  ReplicaConfig,
  SessionRef,
} from '../protocols/contract.ts'
import { Host } from '../runtime/host.ts'
import type { ClientReply, ClientRequest, LocalClock, World } from '../runtime/world.ts'

/** A message as it travelled. */
export interface TracedMessage {
  from: PlaceId
  to: PlaceId
  kind: string
  sentNs: Ns
  /** null: it was lost. */
  arrivedNs: Ns | null
}

/** Beyond these an operation is no picture any more. */
const MESSAGES_MAX = 20_000

/**
 * Follows one operation through a simulation and writes down the messages on its behalf. What a step sends, arms or
 * persists is caused by what the step was given: so causes spread from the client's requests over messages, timers and
 * flushes, without a word from the protocol. A message for several operations at once belongs to the one whose input
 * made the protocol send it.
 */
export class OperationTracer {
  readonly messages: TracedMessage[] = []
  readonly #process: number
  readonly #sequence: number
  readonly #bodies = new WeakSet<MessageBody>()
  readonly #opIds = new Set<OpId>()
  /** The message that the network is being handed, until it is known to arrive. */
  #sending: { body: MessageBody; message: TracedMessage; hasArrival: boolean } | null = null
  /** Whether the step under way was caused by the operation. */
  isCause = false

  /** The operation's session, as `SessionRef` names it. */
  constructor({ process, sequence }: Pick<SessionRef, 'process' | 'sequence'>) {
    this.#process = process
    this.#sequence = sequence
  }

  /** A host that tells which step was caused by what. */
  hostOf(
    protocol: AnyProtocol,
    config: ReplicaConfig<unknown>,
    durable: unknown,
    world: World,
    replyBytes: number,
  ): Host {
    return new TracedHost(this, protocol, config, durable, world, replyBytes)
  }

  isOurs(session: SessionRef): boolean {
    return session.process === this.#process && session.sequence === this.#sequence
  }

  isOurBody(body: MessageBody): boolean {
    if (body.kind === 'client.reply') return this.#opIds.has((body as ClientReply).opId)
    if (body.kind !== 'client.request') return this.#bodies.has(body)
    const { session, opId } = body as ClientRequest
    const isOurs = this.isOurs(session)
    if (isOurs) this.#opIds.add(opId)
    return isOurs
  }

  /** A step of ours sends this, now or once something is durable. */
  caused(body: MessageBody): void {
    this.#bodies.add(body)
  }

  requested(opId: OpId): void {
    this.#opIds.add(opId)
  }

  // What the network tells.

  sending(from: PlaceId, to: PlaceId, body: MessageBody, nowNs: Ns): void {
    this.#sending = null
    if (!this.isOurBody(body) || this.messages.length >= MESSAGES_MAX) return
    const message: TracedMessage = { from, to, kind: body.kind, sentNs: nowNs, arrivedNs: null }
    this.messages.push(message)
    this.#sending = { body, message, hasArrival: false }
  }

  /** The message handed over last will arrive then; told twice, it was duplicated. */
  arriving(body: MessageBody, atNs: Ns): void {
    const sending = this.#sending
    if (sending === null || sending.body !== body) return
    if (sending.hasArrival) this.messages.push({ ...sending.message, arrivedNs: atNs })
    else sending.message.arrivedNs = atNs
    sending.hasArrival = true
  }

  /** It came, and nobody took it: a partition since, a process that is down, a full queue. */
  lost(to: PlaceId, body: MessageBody, nowNs: Ns): void {
    if (!this.isOurBody(body)) return
    const message = this.messages.find(
      (each) => each.to === to && each.kind === body.kind && each.arrivedNs === nowNs,
    )
    if (message !== undefined) message.arrivedNs = null
  }
}

class TracedHost extends Host {
  readonly #tracer: OperationTracer
  /** Armed and persisted by steps of ours. */
  readonly #timers = new Set<string>()
  readonly #writes = new Set<number>()

  constructor(
    tracer: OperationTracer,
    protocol: AnyProtocol,
    config: ReplicaConfig<unknown>,
    durable: unknown,
    world: World,
    replyBytes: number,
  ) {
    super(protocol, config, durable, world, replyBytes)
    this.#tracer = tracer
  }

  protected override run(state: unknown, clock: LocalClock, input: Input<MessageBody>): void {
    const before = this.#tracer.isCause
    this.#tracer.isCause = this.#isCaused(input)
    super.run(state, clock, input)
    this.#tracer.isCause = before
  }

  #isCaused(input: Input<MessageBody>): boolean {
    switch (input.type) {
      case 'message':
        return this.#tracer.isOurBody(input.body)
      case 'request': {
        const isOurs = this.#tracer.isOurs(input.session)
        if (isOurs) this.#tracer.requested(input.opId)
        return isOurs
      }
      case 'timer':
        return this.#timers.delete(input.name)
      case 'persisted':
        return this.#writes.delete(input.writeId)
      case 'start':
      case 'members':
      case 'range':
        return false
    }
  }

  override send(to: PlaceId, body: MessageBody, after?: number): void {
    if (this.#tracer.isCause) this.#tracer.caused(body)
    super.send(to, body, after)
  }

  override persist(writeId: number, record: unknown): void {
    if (this.#tracer.isCause) this.#writes.add(writeId)
    super.persist(writeId, record)
  }

  override arm(timer: string, minNs: Ns, maxNs: Ns): void {
    if (this.#tracer.isCause) this.#timers.add(timer)
    else this.#timers.delete(timer)
    super.arm(timer, minNs, maxNs)
  }
}
