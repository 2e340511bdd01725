// Lint of the code itself; who may import whom is in .dependency-cruiser.mjs.
import tseslint from 'typescript-eslint'

export default tseslint.config(
  { ignores: ['out/**', 'node_modules/**', '.venv/**', 'models/**', 'resources/**', '**/*.mjs'] },
  ...tseslint.configs.strictTypeChecked,
  {
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    rules: {
      // A number or a flag in a sentence is no mistake.
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true, allowBoolean: true }],
      // Handlers that only forward are clearer in one line.
      '@typescript-eslint/no-confusing-void-expression': 'off',
      // Typed arrays are indexed in loops whose bounds are right by construction; noUncheckedIndexedAccess asks for `!` there.
      '@typescript-eslint/no-non-null-assertion': 'off',
      // Schemas and handler tables are asynchronous by their contract, whether they wait or not.
      '@typescript-eslint/require-await': 'off',
      '@typescript-eslint/switch-exhaustiveness-check': 'error',
      '@typescript-eslint/unified-signatures': 'off',
      'no-console': 'error',
      eqeqeq: 'error',
      'no-restricted-imports': ['error', { patterns: [{ group: ['electron', 'electron/*'], message: 'Electron is imported in src/main/desktop and src/preload alone: plain Node has no Electron.' }] }],
    },
  },
  { files: ['src/main/desktop/**', 'src/preload/**'], rules: { 'no-restricted-imports': 'off' } },
  // Programs that people start in a terminal speak through the console.
  { files: ['e2e/**', 'bench/**', 'build/**', 'test/**', 'docs/**', 'src/**/*.test.ts'], rules: { 'no-console': 'off' } },
)
