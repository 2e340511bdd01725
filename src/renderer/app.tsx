/** The empty library: what a photographer sees before the first folder. */
export function App() {
  return (
    <main className="empty">
      <h1>restill</h1>
      <p>The library and the develop view are being built. Until then the terminal does the work:</p>
      <pre>npm run fix -- &lt;folder of photos&gt;</pre>
      <p>It looks at every photo below the folder, never changes an original, and writes the results beside it.</p>
    </main>
  )
}
