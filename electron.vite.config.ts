import react from '@vitejs/plugin-react'
import { defineConfig } from 'electron-vite'
import { readdirSync } from 'node:fs'
import { resolve } from 'node:path'
import type { Plugin } from 'vite'

const root = import.meta.dirname

/** While developing, Vite puts scripts and styles into the page and sends changes over a socket: the built window's policy would keep them out. */
const developmentPolicy: Plugin = {
  name: 'restill:development-policy', apply: 'serve',
  transformIndexHtml: (html) => html.replace(/script-src 'self'|style-src 'self'/g, (rule) => `${rule} 'unsafe-inline'`).replace('connect-src \'self\'', 'connect-src \'self\' ws: photo:'),
}

const languages = readdirSync(resolve(root, 'src/renderer/words'), { withFileTypes: true }).filter((entry) => entry.isDirectory()).map(({ name }) => name)

/** The component library brings its own words in thirty languages, a third of all code: those that the window cannot speak are left out. */
const ownLanguages: Plugin = {
  name: 'restill:own-languages', apply: 'build',
  load: (id) => {
    const language = /react-(?:aria|stately).*\/intl\/(?:\w+\/)?([a-z]{2})-[A-Z]{2}\.mjs$/.exec(id)?.[1]
    return language === undefined || languages.includes(language) ? null : 'export default undefined'
  },
}

export default defineConfig({
  main: {
    build: {
      // File by file, in the folders of the sources: what finds a file beside itself (guest, packs, ExifTool's settings) finds it here too.
      outDir: 'out', emptyOutDir: false,
      rolldownOptions: {
        input: { 'main/desktop/main': resolve(root, 'src/main/desktop/main.ts'), 'inference/guest/main': resolve(root, 'src/inference/guest/main.ts') },
        output: { preserveModules: true, preserveModulesRoot: resolve(root, 'src'), entryFileNames: '[name].js' },
      },
    },
  },
  preload: {
    // One CommonJS file: a sandboxed preload script can load nothing else.
    build: { outDir: 'out/preload', rolldownOptions: { input: { index: resolve(root, 'src/preload/index.ts') }, output: { format: 'cjs', entryFileNames: '[name].cjs' } } },
  },
  renderer: {
    root: resolve(root, 'src/renderer'),
    plugins: [react(), developmentPolicy, ownLanguages],
    build: { outDir: resolve(root, 'out/renderer'), minify: true, rolldownOptions: { input: { index: resolve(root, 'src/renderer/index.html') } } },
  },
})
