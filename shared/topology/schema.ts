import * as v from 'valibot'
import { groupedDigits } from '../base/digits.ts'
import { FORMAT } from './format.ts'
import { LIMITS } from './limits.ts'
import { described, fields, list, text } from './schema/blocks.ts'
import { consistency, partitioning, replication } from './schema/behaviour.ts'
import { change } from './schema/changes.ts'
import { fault } from './schema/faults.ts'
import { links } from './schema/links.ts'
import { client, region, replica } from './schema/places.ts'
import { expectation, run } from './schema/run.ts'
import { workload } from './schema/workload.ts'

/**
 * The shape of a topology file with every default. What it cannot say (that names exist, that ids differ, that
 * parameters suit the strategy) is checked in `checks/`; shorthands (a YCSB mix) are resolved in `resolve.ts`.
 */
export const topologyFile = fields({
  $schema: v.exactOptional(text('Where an editor finds the JSON Schema; the lab does not follow it.', 2_000)),
  format: described(v.literal(FORMAT), { help: 'Format and version of the file.' }),
  name: text('Title of the topology.', LIMITS.nameChars),
  notes: v.exactOptional(text('What is modelled, what is not, sources.', LIMITS.notesBytes, 0), ''),
  regions: described(list(region, { min: 1, max: LIMITS.regions, of: 'regions' }), {
    help: 'Where replicas and clients stand.',
  }),
  replicas: described(list(replica, { min: 1, max: LIMITS.replicas, of: 'replicas' }), {
    help: 'The processes that hold the data. Their order is the order of preference.',
  }),
  clients: described(list(client, { min: 1, max: LIMITS.clients, of: 'clients' }), {
    help: `The sources of load; up to ${groupedDigits(LIMITS.sessionsTotal)} sessions in all.`,
  }),
  links: v.exactOptional(described(links, { help: 'What the network does to messages.' }), {}),
  replication: described(replication, { help: 'How replicas keep each other up to date.' }),
  partitioning: v.exactOptional(
    described(partitioning, { help: 'How keys are divided among replicas.' }),
    {},
  ),
  consistency: v.exactOptional(described(consistency, { help: 'What reads and sessions are promised.' }), {}),
  workload: described(workload, { help: 'What the clients do.' }),
  changes: v.exactOptional(
    described(list(change, { max: LIMITS.changes, of: 'changes' }), {
      help: 'Replicas that join or leave while the run goes on. Shards move, and their data goes over the links.',
    }),
  ),
  faults: v.exactOptional(
    described(list(fault, { max: LIMITS.faults, of: 'faults' }), {
      help: 'Disturbances, each at its instant.',
    }),
    [],
  ),
  run: v.exactOptional(described(run, { help: 'How long, and from which seed.' }), {}),
  expect: v.exactOptional(
    described(list(expectation, { max: LIMITS.expectations, of: 'expectations' }), {
      help: 'What must be true of a run; a run that misses one fails.',
    }),
    [],
  ),
})

/** A file of the right shape, defaults filled in, shorthands unresolved. */
export type TopologyFile = v.InferOutput<typeof topologyFile>
