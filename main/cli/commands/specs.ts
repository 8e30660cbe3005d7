import type { CommandSpec } from '../command.ts'

const JSON_FLAG = { name: 'json', help: 'Print one JSON document on stdout, and nothing else there.' }

/** Every command and its flags. The code of each is in the file of its name. */
export const SPECS: readonly CommandSpec[] = [
  {
    name: 'run',
    operands: ['FILE'],
    summary: 'Run a topology, simulated or live, and report latency, staleness and availability.',
    flags: [
      {
        name: 'seed',
        value: 'N',
        help: "Use this seed instead of the file's. The same seed gives the same report.",
      },
      {
        name: 'duration',
        value: 'MS',
        help: "Run for so many ms instead of the file's; where it is simulated, of virtual time.",
      },
      {
        name: 'report',
        value: 'OUT',
        multiple: true,
        help: 'Write a report: .html, .json, .csv or .md by its ending.',
      },
      { name: 'history', value: 'OUT.jsonl', help: 'Write every operation and fault, one JSON line each.' },
      JSON_FLAG,
      { name: 'quiet', short: 'q', help: 'No summary and no progress bar; problems are still told.' },
      { name: 'live', help: 'Run it in real time, one thread per replica, instead of simulating it.' },
      {
        name: 'real-disk',
        help: 'Live: replicas write to real files, in a folder that goes with the run, and wait for fdatasync.',
      },
    ],
    details: [
      'Ctrl-C stops the run and still writes what it has; a second Ctrl-C ends at once and writes nothing more.',
      'A run that this machine has not the memory for is refused; one that grows too large ends with what it has.',
      'Reports and histories appear whole or not at all: they are written beside and renamed.',
      'Exit codes: 0 expectations met, 1 missed, 2 undecided, 64 bad usage, 65 bad file or too large for this machine,\n' +
        '70 the run failed or an output could not be written, 130 stopped with Ctrl-C.',
    ],
  },
  {
    name: 'check',
    operands: ['HISTORY…'],
    summary:
      'Judge recorded histories: which consistency guarantees hold, and what proves that others do not.',
    flags: [
      {
        name: 'guarantee',
        short: 'g',
        value: 'NAME[,NAME]',
        multiple: true,
        help: 'Judge these alone; all that fit the record unless said.',
      },
      {
        name: 'model',
        value: 'M',
        help: 'register, cas-register, counter, set, append-list, kv or txn, instead of what the record says.',
      },
      {
        name: 'initial',
        value: 'VALUE',
        mayBeEmpty: true,
        help: 'What every key holds before its first write, as JSON or a plain text.',
      },
      {
        name: 'from',
        value: 'FORMAT',
        help: 'jsonl (replica-lab/history@1), jepsen-edn or jepsen-log; unless said jepsen-edn for *.edn, else jsonl.',
      },
      { name: 'steps', value: 'N', help: 'Give a checker up as undecided after about so many steps.' },
      {
        name: 'report',
        value: 'OUT.html',
        help: 'Write a page that draws the operations behind each violation.',
      },
      JSON_FLAG,
    ],
    details: [
      'HISTORY is a file, packed with gzip or not, or - for standard input. k-atomic and bounded-staleness take a\n' +
        'parameter: k-atomic:3, bounded-staleness:250 (ms). Every guarantee is defined in docs/reference/guarantees.md.',
      'Exit codes: 0 holds, 1 violated, 2 undecided, 64 bad usage, 65 bad file (with its line).',
    ],
  },
  {
    name: 'predict',
    operands: ['FILE'],
    summary: 'Predict latency and staleness without running the protocol (PBS/WARS, quorum arithmetic).',
    flags: [
      { name: 'trials', value: 'N', help: 'Monte Carlo trials, 1,000,000 unless said otherwise.' },
      { name: 'seed', value: 'N', help: "Use this seed instead of the file's." },
      JSON_FLAG,
    ],
    details: ['Exit codes: 0 done, 64 bad usage, 65 bad file or a strategy that has no model yet.'],
  },
  {
    name: 'datasheet',
    operands: ['FILE'],
    summary:
      'Probe a topology: latency, staleness, partitions, failover, saturation, and its CAP and PACELC class.',
    flags: [
      { name: 'seed', value: 'N', help: "Use this seed instead of the file's." },
      {
        name: 'report',
        value: 'OUT',
        multiple: true,
        help: 'Write the datasheet: .html, .md or .json by its ending.',
      },
      JSON_FLAG,
      { name: 'quick', help: 'Fewer samples, and no search for the saturation.' },
      { name: 'quiet', short: 'q', help: 'No summary and no progress bar; problems are still told.' },
    ],
    details: [
      'The battery simulates about twenty variants of the topology, on all cores; three replicas take about twenty\n' +
        'seconds, large topologies a few minutes. The same file and seed give the same datasheet.',
      'Exit codes: 0 done, 64 bad usage, 65 bad file, 70 a probe failed, 130 stopped with Ctrl-C.',
    ],
  },
  {
    name: 'placement',
    operands: ['FILE'],
    summary: 'Show where the keys of a topology live, and what another replica or one less would move.',
    flags: [
      { name: 'add', value: 'N', help: 'After N more replicas, each where the fewest are.' },
      { name: 'remove', value: 'REPLICA', help: 'After this replica has left.' },
      JSON_FLAG,
    ],
    details: [
      'A replica owns the keys of which it is the first replica; shares are of the keys, the load is of the operations of\n' +
        "the file's workload. Moved is what gets another owner; the ideal is the least that leaves all with even shares.",
      'Exit codes: 0 done, 64 bad usage, 65 bad file.',
    ],
  },
  {
    name: 'validate',
    operands: ['FILE'],
    summary: 'Check a topology file and name every problem in it.',
    flags: [JSON_FLAG],
    details: ['Exit codes: 0 valid, 64 bad usage, 65 problems found.'],
  },
  {
    name: 'presets',
    operands: ['[NAME]'],
    summary: 'List the topologies that ship with the lab, or print the file of one.',
    flags: [JSON_FLAG],
    details: ['To start from a preset: replica-lab presets riak > mine.topology.json'],
  },
  {
    name: 'serve',
    operands: [],
    summary: 'Open the lab in a browser: design, run, break and compare topologies.',
    flags: [
      { name: 'port', value: 'N', help: 'Listen on this port; unless said, on any that is free.' },
      { name: 'dir', value: 'FOLDER', help: 'The folder of your topologies, ~/Replica Lab unless said.' },
      {
        name: 'data',
        value: 'FOLDER',
        help: "Where past runs, drafts and preferences are kept, the platform's own place unless said.",
      },
      { name: 'no-open', help: 'Print the address only, and leave the browser alone.' },
    ],
    details: [
      'Only this machine can reach it, and only with the token in the address that it prints.',
      'Ctrl-C ends it: runs under way stop and keep what they have.',
      'Exit codes: 0 ended as asked, 64 bad usage or a port that is in use.',
    ],
  },
  {
    name: 'demo',
    operands: [],
    summary: 'Simulate one preset and open its report.',
    flags: [],
    details: [],
    hidden: true,
  },
]
