import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { ESLint } from 'eslint'
import tseslint from 'typescript-eslint'
import { describe, expect, test } from 'vitest'

const root = fileURLToPath(new URL('../..', import.meta.url))

/**
 * The project's own configuration, less the rules that need types: planted code has no place in the TypeScript program,
 * and what keeps the layers looks at syntax alone.
 */
const untyped = new ESLint({
  cwd: root,
  overrideConfig: [{ files: ['**/*.ts'], ...tseslint.configs.disableTypeChecked }],
})

async function rulesBroken(file: string, code: string): Promise<string[]> {
  const [{ messages }] = await untyped.lintText(code, { filePath: path.join(root, file) })
  return messages.map(({ ruleId, message }) => ruleId ?? message)
}

describe('a planted violation of the layers is found', () => {
  test.each([
    ['shared/base/x.ts', "import '../topology/types.ts'"],
    ['shared/topology/x.ts', "import '../plan/types.ts'"],
    ['shared/workload/x.ts', "import '../plan/build.ts'"],
    ['shared/plan/x.ts', "import '../protocols/contract.ts'"],
    ['shared/protocols/leaderless/x.ts', "import '../../runtime/host.ts'"],
    ['shared/runtime/x.ts', "import '../protocols/registry.ts'"],
    ['shared/clients/x.ts', "import '../protocols/leaderless/index.ts'"],
    ['shared/clients/x.ts', "import '../runtime/host.ts'"],
    ['shared/simulator/x.ts', "import '../metrics/index.ts'"],
    ['shared/simulator/x.ts', "import '../protocols/registry.ts'"],
    ['shared/history/x.ts', "import '../simulator/index.ts'"],
    ['shared/metrics/x.ts', "import '../protocols/leaderless/index.ts'"],
    ['shared/metrics/x.ts', "import '../runtime/host.ts'"],
    ['shared/metrics/x.ts', "import '../simulator/index.ts'"],
    ['shared/checkers/x.ts', "import '../simulator/index.ts'"],
    ['shared/report/x.ts', "import '../protocols/registry.ts'"],
    ['shared/report/views/html/x.ts', "import '../../../simulator/index.ts'"],
    ['shared/report/x.ts', "import '../../main/host/files.ts'"],
    ['shared/report/x.ts', "import '../../renderer/api.ts'"],
    ['shared/report/x.ts', "import { init } from 'echarts'; init"],
    ['shared/base/x.ts', "import 'node:fs'"],
    ['shared/base/x.ts', "import 'valibot'"],
    ['shared/base/x.ts', "import 'electron'"],
    ['shared/base/x.ts', "import '../testing/topologies.ts'"],
    ['shared/base/x.ts', "import './x.test.ts'"],
    ['shared/unheard-of/x.ts', "import '../base/time.ts'"],
    ['shared/base/x.ts', "export * from '../topology/types.ts'"],
    ['shared/base/x.ts', "export { parse } from '../topology/types.ts'"],
    ['shared/base/x.ts', "export type T = import('../topology/types.ts').Topology"],
    ['main/host/x.ts', "import 'electron'"],
    ['main/cli/x.ts', "import 'electron/main'"],
    ['main/host/x.ts', "void import('electron')"],
    ['main/host/x.ts', "import '../cli/cli.ts'"],
    ['main/host/x.ts', "import '../../renderer/api.ts'"],
    ['main/host/x.ts', "import '../../shared/testing/topologies.ts'"],
    ['main/cli/x.ts', "import '../shell/window.ts'"],
    ['renderer/x.ts', "import '../main/host/files.ts'"],
    ['renderer/x.ts', "import '../shared/simulator/index.ts'"],
    ['renderer/x.ts', "import '../shared/protocols/registry.ts'"],
    ['renderer/x.ts', "import 'node:path'"],
    ['renderer/x.ts', "import 'electron'"],
  ])('%s: %s', async (file, code) => {
    expect(await rulesBroken(file, code)).toContain('lab/layers')
  })
})

describe('a planted impurity in shared/ is found', () => {
  test.each([
    ['no-restricted-globals', 'export const t = Date.now()'],
    ['no-restricted-globals', 'export const t = new Date()'],
    ['no-restricted-globals', 'export const t = performance.now()'],
    ['no-restricted-globals', 'setTimeout(() => {}, 1)'],
    ['no-restricted-globals', 'setInterval(() => {}, 1)'],
    ['no-restricted-globals', 'setImmediate(() => {})'],
    ['no-restricted-globals', 'queueMicrotask(() => {})'],
    ['no-restricted-globals', 'export const id = crypto.randomUUID()'],
    ['no-restricted-globals', 'export const p = Promise.resolve(1)'],
    ['no-restricted-globals', 'export const e = process.env'],
    ['no-restricted-globals', "export const g = globalThis['Date']"],
    ['no-restricted-globals', 'export const w = window.innerWidth'],
    ['no-restricted-globals', 'export const d = document.body'],
    ['no-restricted-globals', "console.log('x')"],
    ['no-restricted-globals', 'export const f = new Intl.NumberFormat()'],
    ['no-restricted-globals', "export const b = Buffer.from('x')"],
    ['no-restricted-globals', 'export const r = new WeakRef({})'],
    ['no-restricted-properties', "export const o = 'a'.localeCompare('b')"],
    ['no-restricted-properties', 'export const s = (1).toLocaleString()'],
    ['no-restricted-syntax', 'export const r = Math.random()'],
    ['no-restricted-syntax', "export const r = Math['random']()"],
    ['no-restricted-syntax', 'const { random } = Math; random()'],
    ['no-restricted-syntax', 'export const m = Math; m.sin(1)'],
    ...[
      'pow',
      'exp',
      'log',
      'log2',
      'log10',
      'log1p',
      'expm1',
      'sin',
      'cos',
      'tan',
      'cbrt',
      'hypot',
      'tanh',
    ].map((name): [string, string] => ['no-restricted-syntax', `export const x = Math.${name}(2, 3)`]),
    ['no-restricted-syntax', 'export const x = (a: number) => a ** 0.5'],
    ['no-restricted-syntax', 'let x = 2; x **= 3; x'],
    ['no-restricted-syntax', 'for (const key in {}) key'],
    ['no-restricted-syntax', 'export async function f() {}'],
    ['no-restricted-syntax', 'export const f = async () => {}'],
    ['no-restricted-syntax', 'await 1'],
    ['no-restricted-syntax', "export const m = import('./y.ts')"],
  ])('%s: %s', async (rule, code) => {
    expect(await rulesBroken('shared/base/x.ts', code)).toContain(rule)
  })
})

describe('what is allowed stays allowed', () => {
  test.each([
    ['shared/plan/x.ts', "import '../topology/types.ts'\nimport '../workload/key-names.ts'"],
    ['shared/topology/x.ts', "import 'valibot'\nimport '../base/result.ts'\nimport './types.ts'"],
    ['shared/protocols/leaderless/x.ts', "import '../../plan/types.ts'\nimport '../contract.ts'"],
    ['shared/metrics/x.ts', "import '../history/types.ts'\nimport '../protocols/contract.ts'"],
    [
      'shared/report/charts/x.ts',
      "import type { EChartsCoreOption } from 'echarts'\nexport type O = EChartsCoreOption",
    ],
    ['shared/base/x.ts', 'export const x = Math.sqrt(Math.imul(3, 4)) + Math.floor(Math.PI) + 2 ** 32'],
    ['shared/base/x.test.ts', "import 'node:fs'\nexport const t = Date.now() + Math.random()"],
    ['shared/testing/x.ts', "import '../simulator/index.ts'\nimport 'node:fs'\nexport const x = Math.log(2)"],
    [
      'main/host/x.ts',
      "import 'node:fs'\nimport '../../shared/simulator/index.ts'\nexport const t = Date.now()",
    ],
    ['main/shell/x.ts', "import 'electron'\nimport '../host/files.ts'"],
    ['renderer/x.ts', "import '../shared/report/types.ts'\nimport 'vue'"],
    ['build/soak/x.ts', "import '../../shared/testing/topologies.ts'\nimport 'node:fs'"],
  ])('%s: %s', async (file, code) => {
    expect(await rulesBroken(file, code)).toEqual([])
  })
})

test('a promise that nobody awaits is found, by the rules that know types', async () => {
  // A program of one small file, which lends its name to the planted code.
  // With CI=true the parser would take the file's text from the disk and never see what is planted.
  const parserOptions = {
    project: './build/lint/tsconfig.planted.json',
    disallowAutomaticSingleRunInference: true,
  }
  const typed = new ESLint({
    cwd: root,
    overrideConfig: [{ files: ['**/*.ts'], languageOptions: { parserOptions } }],
  })
  const code = [
    "async function save(): Promise<void> { await Promise.resolve('saved') }",
    'save()',
    "export function f(x: 'a' | 'b'): number { switch (x) { case 'a': return 1 } return 2 }",
    'export const sorted = [3, 10].sort()',
    '',
  ].join('\n')
  const [{ messages }] = await typed.lintText(code, { filePath: path.join(root, 'main/host/version.ts') })
  const rules = messages.map(({ ruleId }) => ruleId)
  expect(rules).toContain('@typescript-eslint/no-floating-promises')
  expect(rules).toContain('@typescript-eslint/switch-exhaustiveness-check')
  expect(rules).toContain('@typescript-eslint/require-array-sort-compare')
})
