// A page and a server action behind the guard: what the rest of the shop does with route handlers.
import { guard } from '../../../lib/guard.ts'
import { shop } from '../../../lib/shop.ts'
import { QuickTransfer } from './quick-transfer.tsx'
import { sendQuickly } from './send-quickly.ts'

export default guard.page(
  'account.view',
  ({ decision }) => (
    <>
      <header>
        <a className="brand" href="/">
          Countersign shop
        </a>
        <a href="/account">Account</a>
        <a href="/devices">Devices</a>
        <span className="who">{decision.subject}</span>
        <form method="post" action="/logout">
          <button type="submit" className="quiet">
            Sign out
          </button>
        </form>
      </header>
      <main>
        <h1>Hello, {decision.subject}</h1>
        <p className="lead">This page is guarded by guard.page, its form by guard.action.</p>
        {shop().demo && (
          <div className="decision">
            <p>
              Decision <code>{decision.outcome}</code>
            </p>
          </div>
        )}
        <QuickTransfer send={sendQuickly} />
      </main>
      <footer>An example. No money moves.</footer>
    </>
  ),
  { path: '/account/summary' },
)
