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
    name: 'compare',
    operands: ['REPORT…'],
    summary: 'Say how two runs or more differ, figure by figure, and whether one is worse than tolerated.',
    flags: [
      {
        name: 'tolerate',
        value: '[METRIC=]N',
        multiple: true,
        help: 'Exit 1 where a later run is worse than the first by more than N per cent (shares: points).',
      },
      { name: 'seed', value: 'N', help: 'Simulate topologies with this seed instead of their own.' },
      {
        name: 'report',
        value: 'OUT',
        multiple: true,
        help: 'Write the comparison: .html, .md, .csv or .json by its ending.',
      },
      JSON_FLAG,
    ],
    details: [
      'REPORT is a JSON report, as run --report OUT.json or run --json writes it; a topology file or the name of a preset\n' +
        'is simulated first. The first one is what the others are held against.',
      '--tolerate 10 holds every figure of the table to ten per cent; --tolerate read.latency.p99=20 holds this one to\n' +
        'twenty. Shares (availability, stale.fraction, fresh.atZero) are held in points of a hundred: 99.9 % against\n' +
        '99.5 % is 0.4 points. Metrics are those that a file may expect, listed in docs/reference/topology-file.md.',
      'Examples:\n' +
        '  replica-lab compare before.json after.json\n' +
        '  replica-lab compare main.json mine.topology.json --tolerate 10 --tolerate availability=0.1\n' +
        '  replica-lab compare etcd consul zookeeper --report three.html',
      'Exit codes: 0 done and within what is tolerated, 1 worse than tolerated, 2 undecided (a run lacks a figure),\n' +
        '64 bad usage, 65 bad file, 70 a run failed, 130 stopped with Ctrl-C.',
    ],
  },
  {
    name: 'sweep',
    operands: ['FILE'],
    summary: 'Simulate a topology with every combination of some settings, and put the figures in one table.',
    flags: [
      {
        name: 'vary',
        value: 'PATH=A,B,C',
        multiple: true,
        help: 'Give this setting each of these values.',
      },
      { name: 'seeds', value: 'N', help: 'Run each combination with N seeds: the median and the range.' },
      { name: 'seed', value: 'N', help: "Begin with this seed instead of the file's." },
      {
        name: 'metric',
        value: 'NAME[,NAME]',
        multiple: true,
        help: 'Show these figures instead of the usual.',
      },
      {
        name: 'report',
        value: 'OUT',
        multiple: true,
        help: 'Write the table: .html, .md, .csv or .json by its ending.',
      },
      JSON_FLAG,
      { name: 'quiet', short: 'q', help: 'No table and no progress; problems are still told.' },
    ],
    details: [
      'PATH is a field of the file as problems name it, with or without $. in front: replication.params.r,\n' +
        'links.default.oneWay, replicas[0].service.perMessageMs. Values are JSON, or else texts; a comma within brackets or\n' +
        'quotes divides nothing. Several --vary make every combination, of at most 200 runs together.',
      'Combinations that the file may not have are named with their problem and left out. Runs go on side by side on all\n' +
        'cores; Ctrl-C stops them, and the table has what is done. The same file and seeds give the same table.',
      'Metrics are those that a file may expect, listed in docs/reference/topology-file.md.',
      'Examples:\n' +
        '  replica-lab sweep riak --vary replication.params.r=1,2,3 --vary replication.params.w=1,2,3\n' +
        '  replica-lab sweep mine.topology.json --vary consistency.read=eventual,linearizable --seeds 5\n' +
        '  replica-lab sweep etcd --vary links.default.oneWay=1,5,25 --metric write.latency.p99 --report s.csv',
      'Exit codes: 0 done, 64 bad usage, 65 bad file or no combination that it may have, 70 a run failed,\n' +
        '130 stopped with Ctrl-C.',
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
    summary: 'Simulate one preset and open its report, reports/demo.html.',
    flags: [],
    details: [],
  },
]
