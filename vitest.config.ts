import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    include: ['src/**/*.test.ts', 'src/**/*.test.tsx', 'test/**/*.test.ts', 'bench/**/*.test.ts'], testTimeout: 60_000, hookTimeout: 60_000, maxWorkers: 2,
    // Some tests open sessions in their own process, where no guest has said so.
    env: { ORT_DISABLE_TELEMETRY: '1' },
  },
})
