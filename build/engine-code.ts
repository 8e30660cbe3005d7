import { writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { buildPlan } from '../shared/plan/build.ts'
import { strategies } from '../shared/protocols/registry.ts'
import { parseTopology } from '../shared/topology/parse.ts'
import { presets } from '../main/host/presets.ts'
import { LiveSession } from '../main/threads/supervisor.ts'
import { threadProgram, ThreadProgram } from '../main/threads/thread-program.ts'

/**
 * Leaves beside the built engine what V8 compiled of it in one short run, so that the first live run of a process starts
 * as fast as all others. Another Node, or Electron, does not take it, and makes its own in its first run.
 */
const RUN_MS = 300
const engine = new URL('./main/engine-thread.cjs', import.meta.url)

const [preset] = presets.values()
const parsed = parseTopology(preset.text, strategies)
if (!parsed.ok) throw new Error(`preset ${preset.id} is not valid`)
const topology = parsed.value
const options = { durationMs: RUN_MS }
const plan = buildPlan(topology, options)
await new LiveSession({ topology, options, plan, threadUrl: engine }).run()

const { store } = threadProgram(engine)
if (store === null) throw new Error(`no code came back from ${fileURLToPath(engine)}`)
writeFileSync(ThreadProgram.storeOf(engine), store)
