import { writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { buildPlan } from '../shared/plan/build.ts'
import { strategies } from '../shared/protocols/registry.ts'
import { checkTopology } from '../shared/topology/parse.ts'
import { engineProgram } from '../main/threads/engine-program.ts'
import { LiveSession } from '../main/threads/supervisor.ts'
import { threadProgram, ThreadProgram } from '../main/threads/thread-program.ts'

/**
 * Leaves beside each built engine what V8 compiled of it in one short run, so that the first live run of a process starts
 * as fast as all others. Another Node, or Electron, does not take it, and makes its own in its first run.
 */
const RUN_MS = 300
const programs = new URL('./main/', import.meta.url)

for (const strategy of strategies.keys()) {
  const engine = engineProgram(programs, strategy)
  const parsed = checkTopology(smallest(strategy), strategies)
  if (!parsed.ok) throw new Error(`${strategy}: ${parsed.error.map(({ sentence }) => sentence).join(' ')}`)
  const topology = parsed.value
  const options = { durationMs: RUN_MS }
  const plan = buildPlan(topology, options)
  await new LiveSession({ topology, options, plan, threadUrl: engine }).run()
  const { store } = threadProgram(engine)
  if (store === null) throw new Error(`no code came back from ${fileURLToPath(engine)}`)
  writeFileSync(ThreadProgram.storeOf(engine), store)
}

function smallest(strategy: string): unknown {
  const region = 'here'
  return {
    format: 'replica-lab/topology@1',
    name: 'first run',
    regions: [{ id: region }],
    replicas: ['r1', 'r2', 'r3'].map((id) => ({ id, region })),
    clients: [{ id: 'c1', region, sessions: 4, loop: { open: { ratePerS: 200 } } }],
    replication: { strategy },
    workload: { mix: 'ycsb-a', keys: 100 },
  }
}
