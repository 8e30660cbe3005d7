import { protocol } from '../protocols/leaderless/index.ts'
import type { Message } from '../protocols/leaderless/messages.ts'
import { Driver } from './driver.ts'
import type { DriverSetup, Sent } from './driver.ts'

/** The first client's place in a cluster of five replicas. */
export const CLIENT = 5

/** Five replicas and a client that coordinates; nothing is repaired or handed over unless a test asks for it. */
export function cluster(setup: DriverSetup = {}) {
  return new Driver(protocol, {
    ...setup,
    params: {
      coordinator: 'client',
      readRepair: 'off',
      hintedHandoff: false,
      requestTimeoutMs: 1000,
      suspectAfterMs: 500,
      ...setup.params,
    },
  })
}

export const to = (place: number) => (sent: Sent<Message>) => sent.to === place
export const kind = (name: string) => (sent: Sent<Message>) => sent.body.kind === `leaderless.${name}`
export const both =
  (a: (sent: Sent<Message>) => boolean, b: (sent: Sent<Message>) => boolean) => (sent: Sent<Message>) =>
    a(sent) && b(sent)
