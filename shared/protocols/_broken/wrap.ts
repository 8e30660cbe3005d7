import type {
  Input,
  LocalInstant,
  MessageBody,
  Outbox,
  OpId,
  Outcome,
  Protocol,
  WriteId,
} from '../contract.ts'
import type { Fact, RangeChange } from '../contract.ts'
import type { Ns } from '../../base/time.ts'
import type { PlaceId } from '../../plan/types.ts'

/**
 * The seam at which bugs are planted where a protocol has no rule for the decision: its own step, with what it hears,
 * says, remembers or does afterwards tampered with. Nothing of a protocol is copied.
 */

type Step<S, M extends MessageBody> = (state: S, at: LocalInstant, input: Input<M>, out: Outbox<M>) => void

/** Puts something around every step. */
export function around<S, M extends MessageBody, P, D>(
  protocol: Protocol<S, M, P, D>,
  wrapper: (step: Step<S, M>, ...turn: Parameters<Step<S, M>>) => void,
): Protocol<S, M, P, D> {
  const step: Step<S, M> = (state, at, input, out) => protocol.step(state, at, input, out)
  return { ...protocol, step: (state, at, input, out) => wrapper(step, state, at, input, out) }
}

/** What a replica hears is not what it was sent. */
export function hearing<S, M extends MessageBody, P, D>(
  protocol: Protocol<S, M, P, D>,
  rewrite: (input: Input<M>, state: S) => Input<M>,
): Protocol<S, M, P, D> {
  return around(protocol, (step, state, at, input, out) => {
    step(state, at, rewrite(input, state), out)
  })
}

/** Something more is done at the end of every step. */
export function afterwards<S, M extends MessageBody, P, D>(
  protocol: Protocol<S, M, P, D>,
  then: (state: S, input: Input<M>, out: Outbox<M>) => void,
): Protocol<S, M, P, D> {
  return around(protocol, (step, state, at, input, out) => {
    step(state, at, input, out)
    then(state, input, out)
  })
}

/** What a replica says goes through another outbox. */
export function saying<S, M extends MessageBody, P, D>(
  protocol: Protocol<S, M, P, D>,
  through: (out: Outbox<M>, state: S) => Outbox<M>,
): Protocol<S, M, P, D> {
  return around(protocol, (step, state, at, input, out) => {
    step(state, at, input, through(out, state))
  })
}

/** Parameters are not what the topology asks for. */
export function configured<S, M extends MessageBody, P, D>(
  protocol: Protocol<S, M, P, D>,
  change: (params: P) => P,
): Protocol<S, M, P, D> {
  return { ...protocol, configure: (params) => change(protocol.configure(params)) }
}

/** The disk keeps something else. */
export function remembering<S, M extends MessageBody, P, D>(
  protocol: Protocol<S, M, P, D>,
  absorb: (durable: D | null, record: unknown, sound: (durable: D | null, record: unknown) => D) => D,
): Protocol<S, M, P, D> {
  const sound = (durable: D | null, record: unknown): D => protocol.absorb(durable, record)
  return { ...protocol, absorb: (durable, record) => absorb(durable, record, sound) }
}

/** Messages and answers leave before the writes that they speak of are durable. */
export function withoutWaiting<S, M extends MessageBody, P, D>(
  protocol: Protocol<S, M, P, D>,
): Protocol<S, M, P, D> {
  return saying(protocol, (out) => new Impatient(out))
}

/** Hands everything on; subclasses change what they want. */
export class Relay<M extends MessageBody> implements Outbox<M> {
  protected readonly out: Outbox<M>

  constructor(out: Outbox<M>) {
    this.out = out
  }

  send(to: PlaceId, body: M, after?: WriteId): void {
    this.out.send(to, body, after)
  }

  reply(opId: OpId, outcome: Outcome, after?: WriteId): void {
    this.out.reply(opId, outcome, after)
  }

  persist(writeId: WriteId, record: unknown): void {
    this.out.persist(writeId, record)
  }

  arm(timer: string, minNs: Ns, maxNs: Ns): void {
    this.out.arm(timer, minNs, maxNs)
  }

  disarm(timer: string): void {
    this.out.disarm(timer)
  }

  note(fact: Fact): void {
    this.out.note(fact)
  }

  range(change: RangeChange): void {
    this.out.range(change)
  }
}

class Impatient<M extends MessageBody> extends Relay<M> {
  override send(to: PlaceId, body: M): void {
    this.out.send(to, body)
  }

  override reply(opId: OpId, outcome: Outcome): void {
    this.out.reply(opId, outcome)
  }
}
