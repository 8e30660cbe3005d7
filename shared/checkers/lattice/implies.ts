/** That every history which keeps one guarantee keeps another, as the checkers define them. */
export interface Implication {
  readonly stronger: string
  readonly weaker: string
  readonly source: string
}

const VIOTTI =
  'Viotti, Vukolić: "Consistency in Non-Transactional Distributed Storage Systems", ACM Computing Surveys 2016'
const BOUAJJANI = 'Bouajjani, Enea, Guerraoui, Hamza: "On Verifying Causal Consistency", POPL 2017'
const BRZEZINSKI =
  'Brzeziński, Sobaniec, Wawrzyniak: "From Session Causality to Causal Consistency", PDP 2004'
const CERONE =
  'Cerone, Bernardi, Gotsman: "A Framework for Transactional Consistency Models with Atomic Visibility", CONCUR 2015'
const GOLAB = 'Golab, Li, Shah: "Analyzing Consistency Properties for Fun and Profit", PODC 2011'
const DEFINITION = 'by definition'

/**
 * The direct implications; the others follow. None leads from the registers' guarantees to those of transactions or back: a
 * record is of one kind. (For transactions of one operation, strict serializability is linearizability.)
 */
export const IMPLIES: readonly Implication[] = [
  { stronger: 'linearizable', weaker: 'sequential', source: VIOTTI },
  { stronger: 'linearizable', weaker: 'k-atomic', source: GOLAB },
  { stronger: 'linearizable', weaker: 'bounded-staleness', source: GOLAB },
  { stronger: 'linearizable', weaker: 'acknowledged-writes', source: DEFINITION },
  { stronger: 'linearizable', weaker: 'set-full', source: DEFINITION },
  { stronger: 'sequential', weaker: 'causal-convergent', source: BOUAJJANI },
  { stronger: 'sequential', weaker: 'causal-memory', source: BOUAJJANI },
  { stronger: 'sequential', weaker: 'consistent-prefix', source: DEFINITION },
  { stronger: 'sequential', weaker: 'total-order', source: DEFINITION },
  { stronger: 'causal-convergent', weaker: 'causal', source: BOUAJJANI },
  { stronger: 'causal-memory', weaker: 'causal', source: BOUAJJANI },
  { stronger: 'causal', weaker: 'read-your-writes', source: BRZEZINSKI },
  { stronger: 'causal', weaker: 'monotonic-reads', source: BRZEZINSKI },
  { stronger: 'causal', weaker: 'monotonic-writes', source: BRZEZINSKI },
  { stronger: 'causal', weaker: 'writes-follow-reads', source: BRZEZINSKI },
  { stronger: 'consistent-prefix', weaker: 'monotonic-reads', source: DEFINITION },
  { stronger: 'consistent-prefix', weaker: 'monotonic-writes', source: DEFINITION },
  { stronger: 'consistent-prefix', weaker: 'writes-follow-reads', source: DEFINITION },
  { stronger: 'strict-serializable', weaker: 'serializable', source: DEFINITION },
  { stronger: 'serializable', weaker: 'snapshot-isolation', source: CERONE },
  { stronger: 'snapshot-isolation', weaker: 'parallel-snapshot-isolation', source: CERONE },
  { stronger: 'parallel-snapshot-isolation', weaker: 'read-atomic', source: CERONE },
  { stronger: 'read-atomic', weaker: 'read-committed', source: CERONE },
]

/** Guarantees about what clients may see: the levels. The others account for what became of data. */
export const LEVELS: readonly string[] = [
  'strict-serializable',
  'serializable',
  'snapshot-isolation',
  'parallel-snapshot-isolation',
  'read-atomic',
  'read-committed',
  'linearizable',
  'sequential',
  'causal-convergent',
  'causal-memory',
  'consistent-prefix',
  'causal',
  'read-your-writes',
  'monotonic-reads',
  'monotonic-writes',
  'writes-follow-reads',
]

/** All that a guarantee implies, itself left out, nearest first. */
export function weakerThan(name: string): string[] {
  return reached(
    name,
    ({ stronger }) => stronger,
    ({ weaker }) => weaker,
  )
}

/** All that imply a guarantee, itself left out, nearest first. */
export function strongerThan(name: string): string[] {
  return reached(
    name,
    ({ weaker }) => weaker,
    ({ stronger }) => stronger,
  )
}

function reached(
  name: string,
  from: (one: Implication) => string,
  to: (one: Implication) => string,
): string[] {
  const found: string[] = [name]
  for (let at = 0; at < found.length; at++)
    for (const one of IMPLIES) if (from(one) === found[at] && !found.includes(to(one))) found.push(to(one))
  return found.slice(1)
}
