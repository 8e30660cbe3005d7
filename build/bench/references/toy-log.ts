import { Rng } from '../../../shared/base/rng.ts'
import { seconds } from '../figure.ts'

interface Message {
  at: number
  sequence: number
  kind: number
  entry: number
}

/**
 * Commits per second of a toy replicated log in virtual time: a leader, two followers, 64 entries in flight, a binary
 * heap of message objects, a random delay. No protocol, no history, no faults: what remains of a simulator once
 * everything that makes it one is taken out.
 */
export function toyLog(commits: number): number {
  const elapsed = seconds(() => {
    const rng = Rng.stream(1, 'toy')
    const heap: Message[] = []
    let sequence = 0
    let committed = 0
    let next = 0
    const acks = new Uint8Array(commits + 64)
    const push = (at: number, kind: number, entry: number) => {
      const message = { at, sequence: sequence++, kind, entry }
      let index = heap.length
      heap.push(message)
      while (index > 0) {
        const parent = (index - 1) >> 1
        if (!later(heap[parent], message)) break
        heap[index] = heap[parent]
        index = parent
      }
      heap[index] = message
    }
    const propose = (now: number) => {
      const entry = next++
      for (let follower = 0; follower < 2; follower++) push(now + 200_000 + rng.below(1_000_000), 0, entry)
    }
    for (let index = 0; index < 64; index++) propose(0)
    while (committed < commits) {
      const message = pop(heap)
      if (message.kind === 0) push(message.at + 200_000 + rng.below(1_000_000), 1, message.entry)
      else if (++acks[message.entry] === 1) {
        committed++
        if (next < commits + 64) propose(message.at)
      }
    }
  })
  return commits / elapsed
}

function later(a: Message, b: Message): boolean {
  return a.at > b.at || (a.at === b.at && a.sequence > b.sequence)
}

function pop(heap: Message[]): Message {
  const top = heap[0]
  const last = heap.pop() as Message
  const size = heap.length
  if (size > 0) {
    let index = 0
    for (;;) {
      let child = 2 * index + 1
      if (child >= size) break
      if (child + 1 < size && later(heap[child], heap[child + 1])) child++
      if (!later(last, heap[child])) break
      heap[index] = heap[child]
      index = child
    }
    heap[index] = last
  }
  return top
}
