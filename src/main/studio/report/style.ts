/** The look of the report page: neutral greys around photos, the system's font, one column of cards that costs nothing until it is seen. */
export const style = `
:root { color-scheme: dark; }
* { box-sizing: border-box; }
body { margin: 0 auto; max-width: 1320px; padding: 32px 24px 64px; background: #1e1e1e; color: #e6e6e6;
  font: 13px/20px system-ui, "Segoe UI", "Noto Sans", sans-serif; font-variant-numeric: tabular-nums; }
h1 { margin: 0 0 4px; font-size: 20px; line-height: 28px; font-weight: 600; }
h2 { margin: 40px 0 4px; font-size: 15px; line-height: 24px; font-weight: 600; }
p { margin: 0 0 8px; max-width: 75ch; }
a { color: inherit; text-decoration: none; text-underline-offset: 2px; }
a:hover, a:focus-visible { text-decoration: underline; }
dd a { text-decoration: underline #6e6e6e; }
a:focus-visible, summary:focus-visible { outline: 2px solid #6fb3ff; outline-offset: 2px; }
.dim, dt, .facts { color: #a6a6a6; }
dl { display: grid; grid-template-columns: max-content 1fr; gap: 2px 16px; margin: 16px 0 0; }
dd { margin: 0; overflow-wrap: anywhere; }
nav { display: flex; flex-wrap: wrap; gap: 8px; margin: 24px 0 0; }
nav a, nav span { padding: 4px 12px; border-radius: 4px; background: #2b2b2b; }
nav a:hover { background: #363636; text-decoration: none; }
nav span { color: #a6a6a6; }
.failed > h2 { color: #e5695f; }
.suspect > h2 { color: #e0b341; }
.list { display: grid; gap: 8px; margin-top: 12px; content-visibility: auto; contain-intrinsic-size: auto 4300px; }
.list.pairs { grid-template-columns: repeat(auto-fill, minmax(min(100%, 560px), 1fr)); gap: 16px; contain-intrinsic-size: auto 9600px; }
article { padding: 12px; border-radius: 4px; background: #2b2b2b; }
.name { font-weight: 600; overflow-wrap: anywhere; }
.problem { margin: 4px 0 0; max-width: 100ch; overflow-wrap: anywhere; }
.pair { display: grid; grid-template-columns: 1fr 1fr; gap: 8px; margin: 0 0 8px; padding: 8px; background: #4a4a4a; }
.pair figure { margin: 0; min-width: 0; }
.pair img { display: block; width: 100%; height: 216px; object-fit: contain; }
figcaption { padding-top: 4px; font-size: 11px; line-height: 14px; color: #e6e6e6; text-align: center; }
.notices { margin: 4px 0 0; padding-left: 16px; color: #a6a6a6; overflow-wrap: anywhere; }
details { margin-top: 40px; }
summary { font-size: 15px; line-height: 24px; font-weight: 600; cursor: default; }
.rows { margin: 12px 0 0; padding: 0; list-style: none; }
.rows li { padding: 4px 0; border-top: 1px solid #2b2b2b; overflow-wrap: anywhere; }
@media (max-width: 600px) { body { padding: 16px 12px 48px; } .pair img { height: 160px; } }
@media print {
  :root { color-scheme: light; }
  body, article, nav a, nav span { background: #fff; color: #000; }
  article { break-inside: avoid; }
  .list { content-visibility: visible; }
}
`
