/**
 * The window over a large library, from the browser's own performance trace: `node bench/window.ts --home FOLDER [--screens N] [--trace FILE] [--json]`,
 * with a folder that `bench/make-catalog.ts` filled and a built window (`npm run build`). Nothing else should run meanwhile.
 * From end to end at ten screens a second takes about seven minutes; `--screens` ends earlier. Photos are filtered and sorted, never changed.
 */
import { chromium, type Page } from '@playwright/test'
import { writeFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { RestillServer } from '../e2e/fixture.ts'
import { openBarePage } from './catalog/bare-page.ts'
import { watchBlanks, type Watched } from './catalog/blanks.ts'
import { atMost, figure, line, median, type Row } from './row.ts'
import { markedAt, untilPresented, type TraceEvent } from './catalog/trace.ts'

const { values } = parseArgs({
  options: {
    home: { type: 'string' }, screens: { type: 'string', default: 'Infinity' }, trace: { type: 'string' }, json: { type: 'boolean', default: false },
  },
})
if (values.home === undefined) {
  console.error('usage: node bench/window.ts --home FOLDER [--screens N] [--trace FILE] [--json]')
  process.exit(2)
}
const size = { width: 1920, height: 1080 }
const rows: Row[] = []
const server = new RestillServer(resolve(values.home), resolve(values.home))
await server.start()
const executablePath = process.env['RESTILL_CHROMIUM']
const browser = await chromium.launch({
  args: ['--no-sandbox', '--disable-gpu', '--no-first-run', '--disable-background-networking', '--disable-component-update'],
  ...(executablePath === undefined ? {} : { executablePath }),
})
try {
  const page = await browser.newPage({ viewport: size })
  await page.addInitScript(watchBlanks)
  await firstScreen(page)
  await questions(page)
  await browser.close()
  await scrolls()
} finally {
  await browser.close()
  await server.stop()
}
if (values.json) console.log(JSON.stringify(rows))
process.exitCode = rows.every(({ ok }) => ok) ? 0 : 1

function add(row: Row): void {
  rows.push(row)
  if (!values.json) console.log(line(row))
}

async function traced<T>(page: Page, run: () => Promise<T>): Promise<{ result: T, events: TraceEvent[] }> {
  await browser.startTracing(page, { categories: ['-*', 'blink.user_timing', 'devtools.timeline'] })
  const result = await run()
  const bytes = await browser.stopTracing()
  if (values.trace !== undefined) writeFileSync(values.trace, bytes)
  return { result, events: (JSON.parse(bytes.toString('utf8')) as { traceEvents: TraceEvent[] }).traceEvents }
}

/** Twice: the first opens a browser that knows nothing, the second is every later day. */
async function firstScreen(page: Page): Promise<void> {
  for (const [round, address] of [server.address, server.origin].entries()) {
    const { events } = await traced(page, async () => {
      await page.goto(address)
      await page.evaluate(() => Promise.all([blanks.whole(), blanks.around()]))
    })
    const which = round === 0 ? 'a new browser' : 'opened again'
    add(atMost(`until the first screen of photos is whole, ${which}`, markedAt(events, 'screen whole'), 'ms', 1000))
    add(atMost(`until all panels around it are, too, ${which}`, markedAt(events, 'window whole'), 'ms', 1000))
  }
  add(figure('cells on a screen', await page.evaluate(() => blanks.cells()), ''))
}

/** Jumps and the scroll from end to end, and what the page holds then, in a browser that no tool watches. */
async function scrolls(): Promise<void> {
  const page = await openBarePage(`(${watchBlanks.toString()})()`, size)
  try {
    // The address that lets a browser in lets one in.
    await server.stop()
    await server.start()
    await page.goto(server.address)
    await page.evaluate(`new Promise(resolve => { addEventListener('load', resolve); if (document.readyState === 'complete') resolve() })
      .then(() => Promise.all([blanks.whole(), blanks.around()])).then(() => null)`)
    report('ten jumps', await page.evaluate<Watched>('blanks.jump(10)'))
    report('scrolled at 10 screens a second', await page.evaluate<Watched>(`blanks.scroll(${Number(values.screens)})`))
    add(atMost('memory of the page\'s process for itself, at its most', page.memory.own, 'MB', 500))
    add(figure('the same with what it shares (the program, pictures)', page.memory.all, 'MB'))
  } finally {
    await page.close()
  }
}

function report(name: string, { screens, cells, over, worst, slowestFrame }: Watched): void {
  add(figure(`${name}: screens`, screens, ''))
  add(figure(`${name}: cells seen`, cells, ''))
  add(atMost(`${name}: cells blank for over 100 ms`, over, '', 0))
  add(figure(`${name}: the longest that a cell was blank`, worst, 'ms'))
  add(figure(`${name}: slowest frame`, slowestFrame, 'ms'))
}

/** Each filter and each order, from the hand's release of the button until the frame with other photos is on the screen. */
async function questions(page: Page): Promise<void> {
  const bar = page.getByRole('region', { name: 'Filters' })
  const clear = bar.getByRole('button', { name: 'Lift all filters' })
  /** As long as a hand holds a button: what a press alone costs is over by then. */
  const press = { delay: 80 }
  const pictured: number[] = []
  const ask = async (name: string, act: () => Promise<void>): Promise<void> => {
    await page.waitForTimeout(300)
    const { result, events } = await traced(page, async () => {
      const answer = page.evaluate(() => blanks.question())
      await act()
      return answer
    })
    if (!result) throw new Error(`${name}: the photos on the screen did not change`)
    add(atMost(name, untilPresented(events, 'asked', 'answered'), 'ms', 50))
    pictured.push(untilPresented(events, 'asked', 'pictured'))
  }
  await page.evaluate(() => { document.querySelector('.r-grid')!.scrollTop = 0 })
  for (const button of ['picked', '4 stars or more', 'blue']) {
    await ask(`filter: ${button}`, () => bar.getByRole('button', { name: button, exact: true }).click(press))
    await ask('the filter lifted', () => clear.click(press))
  }
  for (const chip of ['Blur', 'State', 'Severity', 'Gain', 'Camera', 'Lens', 'Shutter']) {
    await bar.getByRole('button', { name: chip, exact: true }).click()
    const choices = page.getByRole('menu').getByRole(/Severity|Gain|Shutter/.test(chip) ? 'menuitemradio' : 'menuitemcheckbox')
    await ask(`filter: ${chip}`, () => choices.last().click(press))
    await page.keyboard.press('Escape')
    await clear.click()
  }
  await bar.getByRole('button', { name: 'Date', exact: true }).click()
  await ask('filter: Date', () => page.getByLabel('From').fill('2020-01-01'))
  await page.keyboard.press('Escape')
  await clear.click()
  for (const order of ['Time added', 'Name', 'Stars', 'Expected gain', 'Severity', 'Blur kind', 'Camera', 'Lens', 'Shutter', 'Size', 'Time taken']) {
    await bar.getByRole('button', { name: 'Sort by' }).click()
    await ask(`order: ${order}`, () => page.getByRole('option', { name: order, exact: true }).click(press))
  }
  await ask('the order turned round', () => bar.getByRole('button', { name: /^(Ascending|Descending)$/ }).click(press))
  for (const kind of ['filter', 'order']) {
    const times = rows.filter(({ name }) => name.startsWith(kind) || name.startsWith(`the ${kind}`)).map(({ value }) => value)
    add(figure(`${kind}s: median`, median(times), 'ms'))
    add(figure(`${kind}s: the slowest`, Math.max(...times), 'ms'))
  }
  add(figure('until the pictures of all these photos are on the screen, too: median', median(pictured), 'ms'))
  add(figure('the same, at most', Math.max(...pictured), 'ms'))
}
