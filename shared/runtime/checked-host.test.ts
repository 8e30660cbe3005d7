import { describe, expect, test } from 'vitest'
import { buildPlan } from '../plan/build.ts'
import type { AnyProtocol } from '../protocols/contract.ts'
import { simulate } from '../simulator/index.ts'
import { echoProtocol } from '../testing/echo-protocol.ts'
import type { EchoState } from '../testing/echo-protocol.ts'
import { replicaOf, topologyOf } from '../testing/topologies.ts'

/** The echo protocol whose step does something more: what a host that checks must not let pass. */
function withBug(bug: (state: EchoState, input: unknown, out: { arm: AnyProtocolArm }) => void): AnyProtocol {
  return {
    ...echoProtocol,
    step(state, at, input, out) {
      echoProtocol.step(state, at, input, out)
      bug(state as EchoState, input, out)
    },
  }
}

type AnyProtocolArm = (timer: string, minNs: number, maxNs: number) => void

function run(protocol: AnyProtocol): void {
  const plan = buildPlan(
    topologyOf({
      replicas: [replicaOf('r1'), replicaOf('r2')],
      replication: { strategy: 'echo', params: {} },
      run: { durationMs: 400, warmupMs: 0, seed: 1, timeScale: 1 },
    }),
  )
  simulate(plan, protocol, { checked: true })
}

describe('a host that checks', () => {
  test('lets a protocol pass that is a function of its state and input', () => {
    expect(() => run(echoProtocol)).not.toThrow()
  })

  test('sees a step that does other things when taken again', () => {
    let calls = 0
    const hidden = withBug((_, __, out) => out.arm('other', 1e6 + calls++, 2e6))
    expect(() => run(hidden)).toThrow(/stepping twice gave different effects at \$\[\d+\]\.minNs/)
  })

  test('sees a state that hangs on something outside it, within a few steps', () => {
    let calls = 0
    const hidden = withBug((state) => {
      if (++calls > 40) state.beats += calls % 2
    })
    expect(() => run(hidden)).toThrow(
      /stepping twice gave different states at \$\.beats .*or one of the few steps before/,
    )
  })

  test('sees a state shared by two replicas', () => {
    const shared: number[] = []
    const hidden: AnyProtocol = {
      ...echoProtocol,
      boot: (config, durable) => ({ ...(echoProtocol.boot(config, durable) as EchoState), wallNs: shared }),
    }
    expect(() => run(hidden)).toThrow(/stepping twice gave different states at \$\.wallNs/)
  })

  test('freezes what leaves: a message that its sender changes later throws', () => {
    const body = { kind: 'echo.pong', count: 0 }
    const mutating: AnyProtocol = {
      ...echoProtocol,
      step(state, at, input, out) {
        echoProtocol.step(state, at, input, out)
        if (input.type !== 'timer') return
        body.count++
        out.send(1 - (state as EchoState).self, body)
      },
    }
    expect(() => run(mutating)).toThrow(/read only/)
  })
})
