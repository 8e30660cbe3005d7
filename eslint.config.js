import js from '@eslint/js'
import tseslint from 'typescript-eslint'
import { layersRule } from './build/lint/layers.js'
import { RESTRICTED_GLOBALS, RESTRICTED_PROPERTIES, RESTRICTED_SYNTAX } from './build/lint/purity.js'

const TESTS = ['**/*.test.ts', 'shared/testing/**']

export default tseslint.config(
  { ignores: ['out/**', 'coverage/**', 'reports/**', '**/*.generated.ts'] },
  { linterOptions: { reportUnusedDisableDirectives: 'error' } },
  js.configs.recommended,
  {
    files: ['**/*.ts'],
    extends: [tseslint.configs.recommendedTypeChecked],
    // One program for all files: several times faster than a project service that looks for each file's own tsconfig.
    languageOptions: { parserOptions: { project: './tsconfig.json', tsconfigRootDir: import.meta.dirname } },
    plugins: { lab: { rules: { layers: layersRule } } },
    rules: {
      'lab/layers': 'error',
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }],
      '@typescript-eslint/require-array-sort-compare': ['error', { ignoreStringArrays: true }],
      '@typescript-eslint/switch-exhaustiveness-check': [
        'error',
        { considerDefaultExhaustiveForUnions: true, requireDefaultForNonUnion: false },
      ],
      eqeqeq: 'error',
      'max-lines': ['error', { max: 600 }],
      // Published constants are quoted with the digits of their papers.
      'no-loss-of-precision': 'off',
      // The compiler knows every name, and sees the types as well.
      'no-undef': 'off',
    },
  },
  {
    files: ['shared/**/*.ts'],
    ignores: TESTS,
    rules: {
      'no-restricted-globals': ['error', ...RESTRICTED_GLOBALS],
      'no-restricted-properties': ['error', ...RESTRICTED_PROPERTIES],
      'no-restricted-syntax': ['error', ...RESTRICTED_SYNTAX],
    },
  },
  { files: ['**/*.js'], languageOptions: { globals: { process: 'readonly', console: 'readonly' } } },
)
