import { loadavg } from 'node:os'
import { engineProgram } from '../../main/threads/engine-program.ts'
import { LiveSession } from '../../main/threads/supervisor.ts'
import type { LiveResult } from '../../main/threads/supervisor.ts'
import { buildPlan } from '../../shared/plan/build.ts'
import type { PlanOptions } from '../../shared/plan/build.ts'
import type { Topology } from '../../shared/topology/types.ts'
import type { BenchContext } from './figure.ts'

/** A live run to its end; throws where it could not go on, for a bench has no use for half a run. */
export async function liveRun(
  topology: Topology,
  { engines }: BenchContext,
  options: PlanOptions = {},
): Promise<LiveResult> {
  const plan = buildPlan(topology, options)
  const threadUrl = engineProgram(engines, topology.replication.strategy)
  const result = await new LiveSession({ topology, options, plan, threadUrl }).run()
  if (result.failure !== null) throw new Error(`${topology.name}: ${result.failure}`)
  return result
}

/** How busy the machine has been, ourselves included: live figures of a busy machine say little of the program. */
export function loadNote(): string {
  return `load average ${loadavg()[0].toFixed(1)}`
}
