/** Upper bounds of a topology file. A file beyond them is refused before any work is done for it. */
export const LIMITS = {
  fileBytes: 16 * 1024 * 1024,
  /** Nesting of brackets in the text. */
  depth: 64,
  /** Of one object; none of the format comes near it. */
  fieldsPerObject: 10_000,
  regions: 100,
  zonesPerRegion: 100,
  replicas: 1_000,
  clients: 1_000,
  sessionsPerClient: 100_000,
  sessionsTotal: 100_000,
  links: 10_000,
  messageKindsPerLink: 100,
  faults: 10_000,
  changes: 1_000,
  expectations: 1_000,
  params: 100,
  keys: 10_000_000,
  valueBytes: 1_048_576,
  scanLength: 10_000,
  probeOffsets: 1_000,
  probeSamples: 10_000_000,
  probeReadsTotal: 100_000_000,
  shards: 10_000,
  virtualNodes: 1_024,
  /** Points of a ring, all replicas together. */
  ringPoints: 65_536,
  keyNameChars: 100,
  durationMs: 24 * 3_600_000,
  /** Any single latency, wait or timeout. */
  latencyMs: 3_600_000,
  clockOffsetMs: 24 * 3_600_000,
  driftPpm: 500_000,
  ratePerS: 1_000_000,
  ppm: 1_000_000,
  bandwidthMbps: 1_000_000,
  timeScale: 1_000,
  mixtureParts: 16,
  mixtureDepth: 4,
  quantiles: 10_000,
  idChars: 64,
  nameChars: 200,
  notesBytes: 64 * 1024,
  /** Places on the canvas. */
  coordinate: 1_000_000,
} as const

/** Problems that are listed one by one; the rest is counted. */
export const PROBLEMS_LISTED = 50
