import { defineConfig } from '@playwright/test'

const executablePath = process.env['RESTILL_CHROMIUM']

export default defineConfig({
  testDir: import.meta.dirname,
  testMatch: '*.e2e.ts',
  workers: 1,
  // Networks run on whatever processor there is, beside whatever else runs.
  timeout: 180_000,
  expect: { timeout: 30_000 },
  reporter: 'list',
  outputDir: '../test-results',
  use: {
    headless: true,
    viewport: { width: 1440, height: 900 },
    launchOptions: {
      ...(executablePath === undefined ? {} : { executablePath }),
      args: ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync'],
    },
  },
})
