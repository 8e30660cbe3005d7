import type { Checker } from '../contract.ts'
import { judgeTxns } from './judge.ts'
import type { Level } from './judge.ts'

const ADYA = 'Adya, Liskov, O\'Neil: "Generalized Isolation Level Definitions", ICDE 2000'
const ELLE =
  'Kingsbury, Alvaro: "Elle: Inferring Isolation Anomalies from Experimental Observations", VLDB 2021 (versions from lists)'
const COBRA =
  'Tan, Zhao, Mu, Walfish: "Cobra: Making Transactional Key-Value Stores Verifiably Serializable", OSDI 2020 (orders of versions)'

function txnChecker(name: Level, title: string, definition: string, sources: readonly string[]): Checker {
  return {
    name,
    title,
    definition,
    models: ['txn'],
    sources,
    check: (ops, stepsMax) => judgeTxns(ops, stepsMax, name),
  }
}

export const readCommitted = txnChecker(
  'read-committed',
  'Read committed',
  'Transactions read only what committed transactions wrote last, and no dependencies form a cycle (no G0, G1a, G1b, G1c).',
  [ADYA, ELLE],
)

export const readAtomic = txnChecker(
  'read-atomic',
  'Read atomic',
  'Read committed, and a transaction that sees one write of another misses none of its writes; it agrees with its own reads and writes.',
  [
    'Bailis, Fekete, Ghodsi, Hellerstein, Stoica: "Scalable Atomic Visibility with RAMP Transactions", SIGMOD 2014',
    'Biswas, Enea: "On the Complexity of Checking Transactional Consistency", OOPSLA 2019',
  ],
)

export const parallelSnapshotIsolation = txnChecker(
  'parallel-snapshot-isolation',
  'Parallel snapshot isolation',
  'No cycle of dependencies has at most one anti-dependency (no G0, G1, G-single, lost update); writers need not agree on the order of unrelated writes.',
  [
    'Sovran, Power, Aguilera, Li: "Transactional Storage for Geo-Replicated Systems", SOSP 2011',
    'Cerone, Gotsman: "Analysing Snapshot Isolation", PODC 2016 (as cycles)',
    ELLE,
    COBRA,
  ],
)

export const snapshotIsolation = txnChecker(
  'snapshot-isolation',
  'Snapshot isolation',
  'Transactions read from a snapshot and commit unless another wrote the same key meanwhile: every cycle of dependencies has two anti-dependencies in a row.',
  [
    'Berenson et al.: "A Critique of ANSI SQL Isolation Levels", SIGMOD 1995',
    'Cerone, Gotsman: "Analysing Snapshot Isolation", PODC 2016 (as cycles)',
    'Zhang, Ji, Mu, Tan: "Viper: A Fast Snapshot Isolation Checker", EuroSys 2023 (as a graph)',
    ELLE,
    COBRA,
  ],
)

export const serializable = txnChecker(
  'serializable',
  'Serializable',
  'Some order of the transactions, one after the other, explains all reads: dependencies and anti-dependencies form no cycle.',
  ['Papadimitriou: "The Serializability of Concurrent Database Updates", JACM 1979', ADYA, ELLE, COBRA],
)

export const strictSerializable = txnChecker(
  'strict-serializable',
  'Strict serializable',
  'Serializable in an order in which no transaction comes before one that had ended when it began.',
  [
    'Herlihy, Wing: "Linearizability: A Correctness Condition for Concurrent Objects", TOPLAS 1990',
    ADYA,
    ELLE,
    COBRA,
  ],
)
